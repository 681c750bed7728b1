// The attributes of every operator as they are named in a model file: listed once, for both
// directions.
//
// `Fields` is a reader or a writer with the members Integer, Number, Numbers, Pads, Param,
// OptionalParam and Choice, each taking the attribute's name and a reference to its value.
#pragma once

#include <array>
#include <string_view>
#include <type_traits>
#include <utility>

#include "graph/ops.h"

namespace winnow {

template <typename E, std::size_t n>
using Choices = std::array<std::pair<std::string_view, E>, n>;

inline constexpr Choices<Axis, 3> kAxes = {
    {{"channel", Axis::kChannel}, {"height", Axis::kHeight}, {"width", Axis::kWidth}}};
inline constexpr Choices<ShuffleOrder, 2> kShuffleOrders = {
    {{"crd", ShuffleOrder::kCrd}, {"dcr", ShuffleOrder::kDcr}}};
inline constexpr Choices<GeluForm, 2> kGeluForms = {
    {{"erf", GeluForm::kErf}, {"tanh", GeluForm::kTanh}}};
inline constexpr Choices<ResizeMode, 2> kResizeModes = {
    {{"nearest", ResizeMode::kNearest}, {"bilinear", ResizeMode::kBilinear}}};
inline constexpr Choices<PoolKind, 2> kPoolKinds = {
    {{"max", PoolKind::kMax}, {"average", PoolKind::kAverage}}};
inline constexpr Choices<GlobalKind, 2> kGlobalKinds = {
    {{"mean", GlobalKind::kMean}, {"std", GlobalKind::kStd}}};
inline constexpr Choices<PadMode, 3> kPadModes = {
    {{"zero", PadMode::kZero}, {"reflect", PadMode::kReflect}, {"replicate", PadMode::kReplicate}}};

template <typename Fields, typename Operator>
requires std::is_empty_v<Operator>
void VisitFields(Fields&, Operator&) {}

template <typename Fields>
void VisitFields(Fields& f, Input& op) {
  f.Integer("channels", op.channels);
}

template <typename Fields>
void VisitFields(Fields& f, Conv2d& op) {
  f.Param("weight", op.weight);
  f.OptionalParam("bias", op.bias);
  f.Integer("stride", op.stride);
  f.Pads("pads", op.pads);
  f.Integer("dilation", op.dilation);
  f.Integer("groups", op.groups);
}

template <typename Fields>
void VisitFields(Fields& f, ConvTranspose2d& op) {
  f.Param("weight", op.weight);
  f.OptionalParam("bias", op.bias);
  f.Integer("stride", op.stride);
  f.Pads("pads", op.pads);
  f.Integer("output_padding", op.output_padding);
  f.Integer("dilation", op.dilation);
  f.Integer("groups", op.groups);
}

template <typename Fields>
void VisitFields(Fields& f, Concat& op) {
  f.Choice("axis", op.axis, kAxes);
}

template <typename Fields>
void VisitFields(Fields& f, SliceChannels& op) {
  f.Integer("begin", op.begin);
  f.Integer("end", op.end);
}

template <typename Fields>
void VisitFields(Fields& f, SplitSpatial& op) {
  f.Choice("axis", op.axis, kAxes);
  f.Integer("count", op.count);
  f.Integer("index", op.index);
}

template <typename Fields>
void VisitFields(Fields& f, LeakyRelu& op) {
  f.Number("slope", op.slope);
}

template <typename Fields>
void VisitFields(Fields& f, PRelu& op) {
  f.Param("weight", op.weight);
}

template <typename Fields>
void VisitFields(Fields& f, Gelu& op) {
  f.Choice("form", op.form, kGeluForms);
}

template <typename Fields>
void VisitFields(Fields& f, ChannelScale& op) {
  f.Param("weight", op.weight);
}

template <typename Fields>
void VisitFields(Fields& f, LayerNorm& op) {
  f.Param("weight", op.weight);
  f.Param("bias", op.bias);
  f.Number("epsilon", op.epsilon);
}

template <typename Fields>
void VisitFields(Fields& f, PixelUnshuffle& op) {
  f.Integer("factor", op.factor);
}

template <typename Fields>
void VisitFields(Fields& f, PixelShuffle& op) {
  f.Integer("factor", op.factor);
  f.Choice("order", op.order, kShuffleOrders);
}

template <typename Fields>
void VisitFields(Fields& f, Resize& op) {
  f.Choice("mode", op.mode, kResizeModes);
  f.Integer("numerator", op.numerator);
  f.Integer("denominator", op.denominator);
}

template <typename Fields>
void VisitFields(Fields& f, Pool& op) {
  f.Choice("kind", op.kind, kPoolKinds);
  f.Integer("kernel", op.kernel);
  f.Integer("stride", op.stride);
  f.Pads("pads", op.pads);
}

template <typename Fields>
void VisitFields(Fields& f, GlobalPool& op) {
  f.Choice("kind", op.kind, kGlobalKinds);
}

template <typename Fields>
void VisitFields(Fields& f, Pad& op) {
  f.Choice("mode", op.mode, kPadModes);
  f.Pads("pads", op.pads);
}

template <typename Fields>
void VisitFields(Fields& f, Clamp& op) {
  f.Number("low", op.low);
  f.Number("high", op.high);
}

template <typename Fields>
void VisitFields(Fields& f, ScaleShift& op) {
  f.Numbers("scale", op.scale);
  f.Numbers("shift", op.shift);
}

}  // namespace winnow
