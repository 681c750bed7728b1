"""Writes small networks as PyTorch exports and saves them, with a picture and what becomes of it.

python3 networks.py FOLDER writes, for each NAME below, NAME.onnx (network), NAME.pth (weights), and
NAME-trial.pth ("picture" and "result"). Ends with 77 where there is no PyTorch.
"""

import os
import sys

try:
    import torch
    import torch.nn.functional as F
    from torch import nn
except ImportError:
    sys.exit(77)


class ChannelNorm(nn.Module):
    """Normalises each pixel over its channels."""

    def __init__(self, channels):
        super().__init__()
        self.weight = nn.Parameter(torch.rand(channels) + 0.5)
        self.bias = nn.Parameter(torch.rand(channels) - 0.5)

    def forward(self, x):
        centred = x - x.mean(1, keepdim=True)
        normal = centred / (centred.pow(2).mean(1, keepdim=True) + 1e-6).sqrt()
        return self.weight.view(1, -1, 1, 1) * normal + self.bias.view(1, -1, 1, 1)


class ChannelsLastNorm(nn.Module):
    """The same by PyTorch's own module."""

    def __init__(self, channels):
        super().__init__()
        self.norm = nn.LayerNorm(channels)

    def forward(self, x):
        return self.norm(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class Gate(nn.Module):
    def forward(self, x):
        a, b = x.chunk(2, dim=1)
        return a * b


class NafBlock(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.norm1, self.norm2 = ChannelNorm(c), ChannelNorm(c)
        self.conv1 = nn.Conv2d(c, 2 * c, 1)
        self.conv2 = nn.Conv2d(2 * c, 2 * c, 3, padding=1, groups=2 * c)
        self.conv3 = nn.Conv2d(c, c, 1)
        self.sca = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(c, c, 1))
        self.conv4, self.conv5 = nn.Conv2d(c, 2 * c, 1), nn.Conv2d(c, c, 1)
        self.gate = Gate()
        self.beta = nn.Parameter(torch.rand(1, c, 1, 1))
        self.gamma = nn.Parameter(torch.rand(1, c, 1, 1))

    def forward(self, x):
        y = self.gate(self.conv2(self.conv1(self.norm1(x))))
        x = x + self.conv3(y * self.sca(y)) * self.beta
        return x + self.conv5(self.gate(self.conv4(self.norm2(x)))) * self.gamma


class NafNet(nn.Module):
    def __init__(self, width, encoders, middle, decoders):
        super().__init__()
        self.intro = nn.Conv2d(3, width, 3, padding=1)
        self.ending = nn.Conv2d(width, 3, 3, padding=1)
        self.encoders, self.decoders = nn.ModuleList(), nn.ModuleList()
        self.ups, self.downs = nn.ModuleList(), nn.ModuleList()
        for blocks in encoders:
            self.encoders.append(nn.Sequential(*[NafBlock(width) for _ in range(blocks)]))
            self.downs.append(nn.Conv2d(width, 2 * width, 2, 2))
            width *= 2
        self.middle_blks = nn.Sequential(*[NafBlock(width) for _ in range(middle)])
        for blocks in decoders:
            self.ups.append(
                nn.Sequential(nn.Conv2d(width, 2 * width, 1, bias=False), nn.PixelShuffle(2)))
            width //= 2
            self.decoders.append(nn.Sequential(*[NafBlock(width) for _ in range(blocks)]))

    def forward(self, picture):
        x = self.intro(picture)
        skips = []
        for encoder, down in zip(self.encoders, self.downs):
            x = encoder(x)
            skips.append(x)
            x = down(x)
        x = self.middle_blks(x)
        for decoder, up in zip(self.decoders, self.ups):
            x = decoder(up(x) + skips.pop())
        return self.ending(x) + picture


class Dense(nn.Module):
    def __init__(self, width, growth):
        super().__init__()
        for i in range(5):
            setattr(self, f"conv{i + 1}",
                    nn.Conv2d(width + i * growth, growth if i < 4 else width, 3, padding=1))

    def forward(self, x):
        parts = [x]
        for i in range(1, 5):
            parts.append(F.leaky_relu(getattr(self, f"conv{i}")(torch.cat(parts, 1)), 0.2))
        return self.conv5(torch.cat(parts, 1)) * 0.2 + x


class Rrdb(nn.Module):
    def __init__(self, width, growth):
        super().__init__()
        self.rdb1, self.rdb2, self.rdb3 = (Dense(width, growth) for _ in range(3))

    def forward(self, x):
        return self.rdb3(self.rdb2(self.rdb1(x))) * 0.2 + x


class RrdbNet(nn.Module):
    """Enlarges twice: the picture goes in with its pixels as channels."""

    def __init__(self, width, blocks, growth):
        super().__init__()
        self.conv_first = nn.Conv2d(12, width, 3, padding=1)
        self.body = nn.Sequential(*[Rrdb(width, growth) for _ in range(blocks)])
        self.conv_body = nn.Conv2d(width, width, 3, padding=1)
        self.conv_up1 = nn.Conv2d(width, width, 3, padding=1)
        self.conv_up2 = nn.Conv2d(width, width, 3, padding=1)
        self.conv_hr = nn.Conv2d(width, width, 3, padding=1)
        self.conv_last = nn.Conv2d(width, 3, 3, padding=1)

    def forward(self, picture):
        first = self.conv_first(F.pixel_unshuffle(picture, 2))
        x = first + self.conv_body(self.body(first))
        for up in (self.conv_up1, self.conv_up2):
            x = F.leaky_relu(up(F.interpolate(x, scale_factor=2, mode="nearest")), 0.2)
        return self.conv_last(F.leaky_relu(self.conv_hr(x), 0.2))


class Edsr(nn.Module):
    """By BasicSR's names, without its shift of colours."""

    class Block(nn.Module):
        def __init__(self, width):
            super().__init__()
            self.conv1 = nn.Conv2d(width, width, 3, padding=1)
            self.conv2 = nn.Conv2d(width, width, 3, padding=1)

        def forward(self, x):
            return x + self.conv2(F.relu(self.conv1(x)))

    def __init__(self, width, blocks):
        super().__init__()
        self.conv_first = nn.Conv2d(3, width, 3, padding=1)
        self.body = nn.Sequential(*[Edsr.Block(width) for _ in range(blocks)])
        self.conv_after_body = nn.Conv2d(width, width, 3, padding=1)
        self.upsample = nn.Sequential(nn.Conv2d(width, 4 * width, 3, padding=1),
                                      nn.PixelShuffle(2))
        self.conv_last = nn.Conv2d(width, 3, 3, padding=1)

    def forward(self, x):
        x = self.conv_first(x)
        return self.conv_last(self.upsample(self.conv_after_body(self.body(x)) + x))


class GeluOnBicubic(nn.Module):
    """Convolutions with GELU and LayerNorm that correct a bicubic enlargement."""

    def __init__(self, width):
        super().__init__()
        self.head = nn.Conv2d(3, width, 3, padding=1)
        self.norm = ChannelsLastNorm(width)
        self.tail = nn.Conv2d(width, 27, 3, padding=1)

    def forward(self, picture):
        x = F.gelu(self.norm(F.gelu(self.head(picture))))
        large = F.interpolate(picture, scale_factor=3, mode="bicubic", align_corners=False)
        return F.pixel_shuffle(self.tail(x), 3) + large


def main(folder):
    torch.manual_seed(1)
    networks = {
        "nafnet": (NafNet(8, [1, 1, 1, 2], 1, [1, 2, 1, 1]), 11, (32, 48)),
        "rrdb": (RrdbNet(8, 1, 4), 13, (12, 18)),
        "edsr": (Edsr(8, 2), 12, (9, 14)),
        "gelu_bicubic": (GeluOnBicubic(8), 17, (9, 14)),
        "gelu_bicubic_11": (GeluOnBicubic(8), 11, (9, 14)),
    }
    for name, (network, opset, (height, width)) in networks.items():
        network.eval()
        picture = torch.rand(1, 3, height, width)
        axes = {"x": {2: "height", 3: "width"}, "y": {2: "height", 3: "width"}}
        torch.onnx.export(network, picture, os.path.join(folder, name + ".onnx"),
                          opset_version=opset, input_names=["x"], output_names=["y"],
                          dynamic_axes=axes)
        torch.save(network.state_dict(), os.path.join(folder, name + ".pth"))
        with torch.no_grad():
            result = network(picture)
        torch.save({"picture": picture[0], "result": result[0]},
                   os.path.join(folder, name + "-trial.pth"))


main(sys.argv[1])
