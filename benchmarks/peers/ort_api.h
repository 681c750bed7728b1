// The part of ONNX Runtime's C interface that is used here.
//
// The npm package holds the library without its header. The interface is a table of function
// pointers whose order never changes once a version is out: later versions append. What follows
// names the entries needed and keeps the places of the others.
#pragma once

#include <cstddef>
#include <cstdint>

struct OrtEnv;
struct OrtStatus;  // null: success
struct OrtSession;
struct OrtSessionOptions;
struct OrtMemoryInfo;
struct OrtValue;

inline constexpr int kOrtLogError = 3;
inline constexpr int kOrtSequential = 0;
inline constexpr int kOrtOptimizeAll = 99;
inline constexpr int kOrtFloat = 1;
inline constexpr int kOrtDeviceAllocator = 0;
inline constexpr int kOrtMemoryDefault = 0;

struct OrtApi {
  void* at_0[2];
  const char* (*GetErrorMessage)(const OrtStatus*);
  OrtStatus* (*CreateEnv)(int log_level, const char* name, OrtEnv** result);
  void* at_4[4];
  OrtStatus* (*CreateSessionFromArray)(const OrtEnv*, const void* model, std::size_t bytes,
                                       const OrtSessionOptions*, OrtSession** result);
  OrtStatus* (*Run)(OrtSession*, const void* run_options, const char* const* input_names,
                    const OrtValue* const* inputs, std::size_t input_count,
                    const char* const* output_names, std::size_t output_count, OrtValue** outputs);
  OrtStatus* (*CreateSessionOptions)(OrtSessionOptions** result);
  void* at_11[2];
  OrtStatus* (*SetSessionExecutionMode)(OrtSessionOptions*, int mode);
  void* at_14[9];
  OrtStatus* (*SetSessionGraphOptimizationLevel)(OrtSessionOptions*, int level);
  OrtStatus* (*SetIntraOpNumThreads)(OrtSessionOptions*, int threads);
  void* at_25[24];
  OrtStatus* (*CreateTensorWithDataAsOrtValue)(const OrtMemoryInfo*, void* data, std::size_t bytes,
                                               const std::int64_t* shape, std::size_t rank,
                                               int type, OrtValue** result);
  void* at_50[19];
  OrtStatus* (*CreateCpuMemoryInfo)(int allocator, int memory, OrtMemoryInfo** result);
  void* at_70[22];
  void (*ReleaseEnv)(OrtEnv*);
  void (*ReleaseStatus)(OrtStatus*);
  void (*ReleaseMemoryInfo)(OrtMemoryInfo*);
  void (*ReleaseSession)(OrtSession*);
  void (*ReleaseValue)(OrtValue*);
  void* at_97[3];
  void (*ReleaseSessionOptions)(OrtSessionOptions*);
  void* at_101[29];
  OrtStatus* (*AddSessionConfigEntry)(OrtSessionOptions*, const char* key, const char* value);
};

// The version that the entries above need.
inline constexpr std::uint32_t kOrtApiVersion = 5;

struct OrtApiBase {
  const OrtApi* (*GetApi)(std::uint32_t version);  // null when the library is older
  const char* (*GetVersionString)();
};

static_assert(offsetof(OrtApi, CreateEnv) == 3 * sizeof(void*));
static_assert(offsetof(OrtApi, CreateSessionFromArray) == 8 * sizeof(void*));
static_assert(offsetof(OrtApi, SetSessionExecutionMode) == 13 * sizeof(void*));
static_assert(offsetof(OrtApi, SetSessionGraphOptimizationLevel) == 23 * sizeof(void*));
static_assert(offsetof(OrtApi, CreateTensorWithDataAsOrtValue) == 49 * sizeof(void*));
static_assert(offsetof(OrtApi, CreateCpuMemoryInfo) == 69 * sizeof(void*));
static_assert(offsetof(OrtApi, ReleaseEnv) == 92 * sizeof(void*));
static_assert(offsetof(OrtApi, ReleaseSessionOptions) == 100 * sizeof(void*));
static_assert(offsetof(OrtApi, AddSessionConfigEntry) == 130 * sizeof(void*));
