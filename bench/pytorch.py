#!/usr/bin/python3
"""`/usr/bin/python3 bench/pytorch.py`: the recipes' networks and training steps in PyTorch, to compare `npm run bench` with.

Each case has the networks, the batch size, the losses and the updates of the recipe's preset. Optimisers are Adam. The PyTorch steps
leave out other work of a recipe's step: averages of weights, norms of gradients, measures, and the conversion of bytes.

--loop usual   as in most scripts: D is trained on detached pictures, then G is trained with the updated D, which is frozen
--loop shared  as in the recipes: both are trained with the same old weights, so one pass of D over the generated pictures serves both
"""
import argparse
import json
import statistics
import time

import torch
import torch.nn.functional as F
from torch import nn


def conv(channels, to, size, stride=1, padding=0, reflect=False):
    return nn.Conv2d(channels, to, size, stride, padding, padding_mode="reflect" if reflect else "zeros")


def up(channels, to):
    return nn.ConvTranspose2d(channels, to, 4, 2, 1)


def leaky(x):
    return F.leaky_relu(x, 0.2)


def enlarged(x, like):
    return F.interpolate(x, like.shape[2:], mode="bilinear", align_corners=False)


# Networks, by the names of src/models/networks.


class Chain(nn.Sequential):
    """Layers with leaky ReLU between them."""

    def forward(self, x):
        for i, layer in enumerate(self):
            x = layer(x if i == 0 else leaky(x))
        return x


class PaperBlock(nn.Module):
    def __init__(self, maps):
        super().__init__()
        self.a, self.b = conv(maps, maps, 3, 1, 1), conv(maps, maps, 3, 1, 1)

    def forward(self, x):
        return F.relu(x + self.b(F.relu(self.a(x))))


def paper_refiner(maps=64, blocks=4):
    return nn.Sequential(
        conv(3, maps, 3, 1, 1), nn.ReLU(), *[PaperBlock(maps) for _ in range(blocks)], conv(maps, 3, 1), nn.Tanh()
    )


class PaperDiscriminator(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
            *[conv(3, 96, 3, 2, 1), nn.ReLU(), conv(96, 64, 3, 2, 1), nn.ReLU(), nn.MaxPool2d(3, 1, 1)],
            *[conv(64, 32, 3, 1, 1), nn.ReLU(), conv(32, 32, 1), nn.ReLU(), conv(32, 2, 1)],
        )

    def forward(self, x):
        refined, real = self.layers(x).split(1, 1)
        return refined - real


def seed_refiner(maps=64):
    widths = [3] + [maps * 2**i for i in range(4)]
    layers = []
    for channels, to in zip(widths, widths[1:]):
        layers += [conv(channels, to, 4, 2, 1), nn.BatchNorm2d(to), nn.LeakyReLU(0.2)]
    for channels, to in list(zip(widths, widths[1:]))[:0:-1]:
        layers += [up(to, channels), nn.BatchNorm2d(channels), nn.ReLU()]
    return nn.Sequential(*layers, up(maps, 3), nn.Tanh())


def seed_discriminator():
    layers = []
    for channels, to in [(3, 32), (32, 32), (32, 64)]:
        layers += [conv(channels, to, 3), nn.ReLU(), nn.MaxPool2d(2)]
    return nn.Sequential(
        *layers, nn.Flatten(), nn.Linear(64 * 36, 64), nn.ReLU(), nn.Dropout(0.5), nn.Linear(64, 1)
    )


class Block(nn.Module):
    def __init__(self, maps):
        super().__init__()
        self.a, self.b = conv(maps, maps, 3, 1, 1, True), conv(maps, maps, 3, 1, 1, True)

    def forward(self, x):
        return x + self.b(leaky(self.a(x)))


class LiveRefiner(nn.Module):
    def __init__(self, maps=32, blocks=2):
        super().__init__()
        few = maps // 2
        self.stem, self.down = conv(3, few, 4, 2, 1, True), conv(few, maps, 4, 2, 1, True)
        self.context, self.up = conv(maps, maps, 1), conv(maps, few, 1)
        self.blocks = nn.Sequential(*[Block(maps) for _ in range(blocks)])
        self.merge, self.last = conv(few, few, 3, 1, 1, True), conv(few, 12, 3, 1, 1, True)

    @staticmethod
    def split_detail(x):
        half = F.avg_pool2d(x, 2)
        return half, x - enlarged(half, x)

    def forward(self, x):
        half = leaky(self.stem(x))
        h = leaky(self.down(half))
        h = self.blocks(h + self.context(h.mean((2, 3), keepdim=True)))
        merged = leaky(self.merge(leaky(half + enlarged(self.up(h), half))))
        colour, fine_gain, *gains = self.last(merged).split(3, 1)
        smaller, fine = self.split_detail(x)
        painted, rest = colour, smaller
        for gain in gains:
            rest, band = self.split_detail(rest)
            painted = painted + gain * enlarged(band, smaller)
        return (x + enlarged(painted, x) + enlarged(fine_gain, x) * fine).clamp(-1, 1)


class Translator(nn.Module):
    def __init__(self, maps=32, blocks=2):
        super().__init__()
        half, quarter = maps // 2, maps // 4
        self.stem, self.down = conv(3, half, 4, 2, 1, True), conv(half, maps, 4, 2, 1, True)
        self.context, self.up = nn.Linear(maps, maps), conv(maps, half, 1)
        self.blocks = nn.Sequential(*[Block(maps) for _ in range(blocks)])
        self.merge, self.full = conv(half, quarter, 3, 1, 1, True), conv(quarter + 3, quarter, 3, 1, 1, True)
        self.last = conv(quarter, 3, 3, 1, 1, True)

    def forward(self, x):
        half = leaky(self.stem(x))
        h = leaky(self.down(half))
        h = self.blocks(h + self.context(h.mean((2, 3)))[:, :, None, None])
        merged = leaky(self.merge(leaky(half + enlarged(self.up(h), half))))
        return torch.tanh(self.last(leaky(self.full(torch.cat([enlarged(merged, x), x], 1)))))


def live_discriminator(maps=24, channels=3):
    return patch_discriminator(maps, channels)


class Perceptron(nn.Module):
    """A generator's: batch norm after hidden layers, tanh at the end."""

    def __init__(self, sizes):
        super().__init__()
        layers = []
        for channels, to in zip(sizes, sizes[1:-1]):
            layers += [nn.Linear(channels, to), nn.BatchNorm1d(to), nn.LeakyReLU(0.2)]
        self.layers = nn.Sequential(*layers, nn.Linear(sizes[-2], sizes[-1]), nn.Tanh())

    def forward(self, x):
        return self.layers(x).view(-1, 1, 28, 28)


def perceptron_discriminator(sizes, dropout):
    layers = []
    for channels, to in zip(sizes, sizes[1:-1]):
        layers += [nn.Linear(channels, to), nn.LeakyReLU(0.2), nn.Dropout(dropout)]
    return nn.Sequential(nn.Flatten(), *layers, nn.Linear(sizes[-2], sizes[-1]))


class DcganGenerator(nn.Module):
    def __init__(self, noise, side, maps, depth, channels):
        super().__init__()
        self.widest, self.small = maps * depth, side // 2**depth
        self.first = nn.Linear(noise, self.widest * self.small**2)
        layers = [nn.BatchNorm2d(self.widest), nn.ReLU()]
        for i in range(depth - 1, 0, -1):
            layers += [up(maps * (i + 1), maps * i), nn.BatchNorm2d(maps * i), nn.ReLU()]
        self.layers = nn.Sequential(*layers, up(maps, channels), nn.Tanh())

    def forward(self, x):
        return self.layers(self.first(x).view(-1, self.widest, self.small, self.small))


def dcgan_discriminator(side, maps, depth, channels, to=1):
    layers = []
    for i in range(depth):
        layers += [conv(maps * i or channels, maps * (i + 1), 4, 2, 1), nn.LeakyReLU(0.2)]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(maps * depth * (side // 2**depth) ** 2, to))


class Unet(nn.Module):
    def __init__(self, maps=24):
        super().__init__()
        widths = [maps, 2 * maps, 4 * maps, 4 * maps]
        self.down = nn.ModuleList([conv(a, b, 4, 2, 1) for a, b in zip([3] + widths, widths)])
        self.down_norms = nn.ModuleList([nn.BatchNorm2d(to) for to in widths[1:]])
        tos = widths[-2::-1]
        froms = [widths[-1]] + [2 * to for to in tos[:-1]]
        self.up = nn.ModuleList([up(a, b) for a, b in zip(froms, tos)])
        self.up_norms = nn.ModuleList([nn.BatchNorm2d(to) for to in tos])
        self.last = up(2 * maps, 3)

    def forward(self, x):
        h, skips = x, []
        for i, layer in enumerate(self.down):
            h = layer(h)
            h = leaky(h if i == 0 else self.down_norms[i - 1](h))
            skips.append(h)
        skips.pop()
        for layer, norm in zip(self.up, self.up_norms):
            h = torch.cat([F.relu(norm(layer(h))), skips.pop()], 1)
        return torch.tanh(self.last(h))


def patch_discriminator(maps, channels):
    return Chain(
        conv(channels, maps, 4, 2), conv(maps, 2 * maps, 4, 2), conv(2 * maps, 2 * maps, 3), conv(2 * maps, 1, 1)
    )


def pair_discriminator(maps, channels):
    return Chain(
        *[conv(channels, maps, 4, 2, 1), conv(maps, 2 * maps, 4, 2, 1), conv(2 * maps, 4 * maps, 4, 2, 1)],
        *[conv(4 * maps, 4 * maps, 3, 1, 1), conv(4 * maps, 1, 1)],
    )


class SuperResolution(nn.Module):
    def __init__(self, scale=2, maps=24, blocks=3):
        super().__init__()
        self.scale = scale
        self.first = conv(3, maps, 3, 1, 1, True)
        self.blocks = nn.Sequential(*[Block(maps) for _ in range(blocks)])
        self.last = conv(maps, scale**2 * 3, 3, 1, 1, True)

    def forward(self, x):
        pixels = F.pixel_shuffle(self.last(self.blocks(leaky(self.first(x)))), self.scale)
        return (pixels + F.interpolate(x, scale_factor=self.scale, mode="bicubic", align_corners=False)).clamp(-1, 1)


class Attention(nn.Module):
    def __init__(self, maps=16):
        super().__init__()
        many = 4 * maps
        self.down = nn.ModuleList(
            [conv(3, maps, 4, 2, 1, True), conv(maps, 2 * maps, 4, 2, 1, True), conv(2 * maps, many, 4, 2, 1, True)]
        )
        self.context = conv(many, many, 1)
        self.rest = nn.ModuleList(
            [conv(many, many, 3, 1, 1, True), conv(many, many, 3, 1, 1, True), up(many, 2 * maps), up(2 * maps, maps)]
        )
        self.last = conv(maps, 1, 3, 1, 1, True)

    def forward(self, x):
        h = x
        for layer in self.down:
            h = leaky(layer(h))
        h = h + self.context(h.mean((2, 3), keepdim=True))
        for layer in self.rest:
            h = leaky(layer(h))
        return torch.sigmoid(enlarged(self.last(h), x)) * 2 - 1


class Frontal(nn.Module):
    def __init__(self, maps=16, blocks=2):
        super().__init__()
        some, many = 2 * maps, 4 * maps
        self.stem, self.down1 = conv(3, maps, 4, 2, 1, True), conv(maps, some, 4, 2, 1, True)
        self.down2, self.context = conv(some, many, 4, 2, 1, True), conv(many, many, 1)
        self.blocks = nn.Sequential(*[Block(many) for _ in range(blocks)])
        self.up1, self.join1 = up(many, some), conv(2 * some, some, 3, 1, 1, True)
        self.flow, self.up2 = conv(some, 2, 3, 1, 1, True), up(some, maps)
        self.join2, self.paint = conv(2 * maps, maps, 3, 1, 1, True), up(maps, 3)
        rows, columns = torch.meshgrid(torch.linspace(-1, 1, 64), torch.linspace(-1, 1, 64), indexing="ij")
        self.register_buffer("places", torch.stack([columns, rows], 2)[None])

    def forward(self, x):
        half = leaky(self.stem(x))
        quarter = leaky(self.down1(half))
        h = leaky(self.down2(quarter))
        h = leaky(self.up1(self.blocks(h + self.context(h.mean((2, 3), keepdim=True)))))
        h = leaky(self.join1(torch.cat([h, quarter], 1)))
        shifts = enlarged(self.flow(h), x).permute(0, 2, 3, 1)
        h = leaky(self.join2(torch.cat([leaky(self.up2(h)), half], 1)))
        # A pace is 4 pixels; 63 pixels are 2 of the places.
        places = self.places + shifts * (4 * 2 / 63)
        moved = F.grid_sample(x, places, padding_mode="border", align_corners=True)
        return (moved + self.paint(h)).clamp(-1, 1)


class IrisBlock(nn.Module):
    """`halves`: at half the size, with the given number of additional maps."""

    def __init__(self, maps, between, halves=False, more=0):
        super().__init__()
        self.halves, self.more, to = halves, more, maps + more
        self.first = nn.Conv2d(maps, between, 2, 2) if halves else nn.Conv2d(maps, between, 1)
        self.depthwise = nn.Conv2d(between, between, 3, 1, 1, groups=between, bias=False)
        self.second = nn.Conv2d(between, to, 1)
        self.inner, self.outer = nn.PReLU(between), nn.PReLU(to)

    def forward(self, x):
        y = self.second(self.depthwise(self.inner(self.first(x))))
        if self.halves:
            x = F.pad(F.max_pool2d(x, 2), (0, 0, 0, 0, 0, self.more))
        return self.outer(x + y)


class Iris(nn.Module):
    """MediaPipe's iris landmark network, frozen; its speed does not depend on what it knows."""

    def __init__(self):
        super().__init__()
        plain = [IrisBlock(128, 64) for _ in range(4)]
        self.trunk = nn.Sequential(
            *[nn.Conv2d(3, 64, 3, 2, 1), nn.PReLU(64)],
            *[IrisBlock(64, 32) for _ in range(4)],
            *[IrisBlock(64, 64, True, 64), *plain, IrisBlock(128, 64, True)],
        )
        blocks = [[IrisBlock(128, 64), IrisBlock(128, 64)]]
        blocks += [[IrisBlock(128, 64, True), IrisBlock(128, 64), IrisBlock(128, 64)] for _ in range(2)]
        self.iris = nn.Sequential(*[block for some in blocks for block in some], nn.Conv2d(128, 15, 2))
        self.requires_grad_(False)

    def forward(self, x):
        features = self.trunk((x + 1) / 2)
        return features, self.iris(features).view(len(x), -1, 3)[:, :, :2]


# Losses, by the names of src/models/losses. Logits are above 0 for generated pictures.


def cross_entropy(of_generated, of_real):
    return F.softplus(-of_generated).mean() + F.softplus(of_real).mean()


def fooled(of_generated):
    return F.softplus(of_generated).mean()


def distance(a, b):
    return (a - b).abs().mean()


def levelled(x):
    varying = x - x.mean((2, 3), keepdim=True)
    return varying / (varying.square().mean((1, 2, 3), keepdim=True) + 0.01).sqrt() * 0.35


def darkness(x):
    light = x.mean(1, keepdim=True)
    varying = light - light.mean((2, 3), keepdim=True)
    z = varying / (varying.square().mean((2, 3), keepdim=True) + 0.01).sqrt()
    return F.avg_pool2d(torch.sigmoid((-z - 0.6) / 0.3), 2)


def multi_scale_distance(generated, target):
    difference = generated - target
    parts = [(1, 1), (2, 1), (4, 1.5)]
    return sum(weight * F.avg_pool2d(difference, side).abs().mean() for side, weight in parts)


def variation(x):
    return distance(x[:, :, 1:], x[:, :, :-1]) + distance(x[:, :, :, 1:], x[:, :, :, :-1])


# Games.


def noise(*shape):
    return torch.rand(*shape) * 2 - 1


class Game:
    """One generator, one discriminator."""

    weight, rate, pace = 1.0, 5e-4, 1.0

    def __init__(self, generator, discriminator, batch, side=64):
        self.generator, self.discriminator, self.batch = generator, discriminator, batch
        self.x, self.y = noise(batch, 3, side, side), noise(batch, 3, side, side)

    def given(self):
        """What the generator makes pictures of."""
        return self.x

    def one(self):
        """The same for one picture."""
        return self.x[:1]

    def real(self):
        return self.y

    def judge(self, pictures):
        return self.discriminator(pictures)

    def also(self, generated):
        return 0.0

    def networks(self):
        return self.generator, self.discriminator

    def make(self):
        return self.generator(self.given())

    def discriminator_loss(self, generated):
        return cross_entropy(self.judge(generated), self.judge(self.real()))

    def generator_loss(self, generated):
        return self.weight * fooled(self.judge(generated)) + self.also(generated)

    def both_losses(self, generated):
        of_generated = self.judge(generated)
        return cross_entropy(of_generated, self.judge(self.real())), self.weight * fooled(of_generated) + self.also(generated)


class Simgan(Game):
    """Half of the generated pictures in a batch of the discriminator are taken from a history."""

    rate = 2e-4

    def __init__(self, *parts):
        super().__init__(*parts)
        self.history = noise(512, 3, 64, 64)

    def with_history(self, generated):
        share = self.batch // 2
        at = torch.randperm(512)[:share]
        mixed = torch.cat([generated[: self.batch - share], self.history[at]])
        self.history[at] = generated[self.batch - share :].detach()
        return mixed

    def discriminator_loss(self, generated):
        of_generated, of_real = self.judge(torch.cat([self.with_history(generated.detach()), self.y])).split(self.batch)
        return cross_entropy(of_generated, of_real)

    def also(self, generated):
        return 0.5 * distance(generated, self.x)

    def both_losses(self, generated):
        return self.discriminator_loss(generated), self.generator_loss(generated)


class Live(Simgan):
    rate, pace = 5e-4, 4.0
    compared = 2

    def __init__(self, *parts):
        super().__init__(*parts)
        self.iris = Iris()

    def eye_loss(self, generated):
        features, iris = self.iris(generated[: self.compared])
        with torch.no_grad():
            of_features, of_iris = self.iris(self.x[: self.compared])
        return distance(features, of_features) / of_features.abs().mean() + distance(iris, of_iris) / 3

    def also(self, generated):
        after, before = levelled(generated), levelled(self.x)
        structure = distance(darkness(after), darkness(before))
        return 0.5 * (distance(after, before) + 12 * structure + 6 * self.eye_loss(generated))


class FromNoise(Game):
    """Pictures of 64 random numbers; grey ones where the generator makes one channel."""

    def __init__(self, generator, discriminator, batch, side, grey):
        super().__init__(generator, discriminator, batch, side)
        self.grey = grey

    def given(self):
        return torch.randn(self.batch, 64)

    def one(self):
        return torch.randn(1, 64)

    def real(self):
        return self.y.mean(1, keepdim=True) if self.grey else self.y


class OfClasses(FromNoise):
    def __init__(self, *parts):
        super().__init__(*parts)
        self.labels = F.one_hot(torch.arange(self.batch) % 10, 10).float()

    def given(self):
        return torch.cat([super().given(), self.labels], 1)

    def one(self):
        return torch.cat([super().one(), self.labels[:1]], 1)

    def judge(self, pictures):
        whole, of_classes = self.discriminator(pictures).split([1, 10], 1)
        return whole + (of_classes * self.labels).sum(1, keepdim=True)


class Pix2pix(Game):
    pace = 2.0

    def judge(self, pictures):
        return self.discriminator(torch.cat([self.x, pictures], 1))

    def also(self, generated):
        return 50 * distance(generated, self.y)


class Frontalise(Pix2pix):
    weight, rate, pace = 0.05, 1e-3, 1.0

    def also(self, generated):
        return 10 * multi_scale_distance(generated, self.y) + 0.001 * variation(generated)


class Saliency(Pix2pix):
    weight, rate, pace = 0.1, 1e-3, 1.0

    def real(self):
        return self.y.mean(1, keepdim=True)

    def also(self, generated):
        return 20 * F.binary_cross_entropy((generated + 1) / 2, (self.real() + 1) / 2)


class Srgan(Game):
    """The discriminator also gets the difference from the bicubic enlargement."""

    weight, pace = 0.03, 4.0

    def judge(self, pictures):
        bicubic = F.interpolate(self.given(), scale_factor=2, mode="bicubic", align_corners=False).clamp(-1, 1)
        return self.discriminator(torch.cat([pictures, 8 * (pictures - bicubic)], 1))

    def given(self):
        return ((F.avg_pool2d(self.y, 2) + 1) * 127.5).round() / 127.5 - 1

    def one(self):
        return self.given()[:1]

    def also(self, generated):
        return distance(generated, self.y)


class Cyclegan(Game):
    """Two generators, two discriminators, least squares."""

    pace = 2.0

    def __init__(self, batch):
        super().__init__(Translator(), live_discriminator(), batch)
        self.back, self.judge_back = Translator(), live_discriminator()
        self.histories = noise(50, 3, 64, 64), noise(50, 3, 64, 64)

    def networks(self):
        return nn.ModuleList([self.generator, self.back]), nn.ModuleList([self.discriminator, self.judge_back])

    def make(self):
        to_real = self.generator(torch.cat([self.x, self.y])).split(self.batch)
        return *to_real, *self.back(torch.cat([self.y, self.x])).split(self.batch)

    def discriminator_loss(self, generated):
        directions = [(generated[0], self.y, self.discriminator), (generated[2], self.x, self.judge_back)]
        loss, share = 0.0, self.batch // 2
        for (fresh, real, judge), history in zip(directions, self.histories):
            fresh, at = fresh.detach(), torch.randperm(50)[:share]
            mixed = torch.cat([fresh[share:], history[at]])
            history[at] = fresh[:share]
            of_generated, of_real = judge(torch.cat([mixed, real])).split(self.batch)
            loss = loss + 0.5 * (of_generated - 1).square().mean() + 0.5 * (of_real + 1).square().mean()
        return loss

    def generator_loss(self, generated):
        as_real, same_real, as_synthetic, same_synthetic = generated
        of = self.discriminator(as_real), self.judge_back(as_synthetic)
        adversarial = sum(0.5 * (logits + 1).square().mean() for logits in of)
        cycle = distance(self.back(as_real), self.x) + distance(self.generator(as_synthetic), self.y)
        identity = distance(same_real, self.y) + distance(same_synthetic, self.x)
        return adversarial + 10 * cycle + 5 * identity

    def both_losses(self, generated):
        return self.discriminator_loss(generated), self.generator_loss(generated)


CASES = {
    "paper": lambda: Simgan(paper_refiner(), PaperDiscriminator(), 8),
    "seed": lambda: Simgan(seed_refiner(), seed_discriminator(), 8),
    "live": lambda: Live(LiveRefiner(), live_discriminator(32), 16),
    "gan": lambda: FromNoise(
        Perceptron([64, 512, 512, 784]), perceptron_discriminator([784, 512, 512, 1], 0.3), 64, 28, True
    ),
    "dcgan": lambda: FromNoise(DcganGenerator(64, 64, 16, 4, 3), dcgan_discriminator(64, 16, 4, 3), 32, 64, False),
    "cgan": lambda: OfClasses(DcganGenerator(74, 28, 24, 2, 1), dcgan_discriminator(28, 24, 2, 1, 11), 32, 28, True),
    "pix2pix": lambda: Pix2pix(Unet(), patch_discriminator(24, 6), 4),
    "cyclegan": lambda: Cyclegan(8),
    "srgan": lambda: Srgan(SuperResolution(), live_discriminator(channels=6), 8),
    "saliency": lambda: Saliency(Attention(), pair_discriminator(16, 4), 16),
    "frontalise": lambda: Frontalise(Frontal(), pair_discriminator(16, 6), 8),
}


def step_of(game, loop):
    """One update of each network."""
    generator, discriminator = game.networks()
    of_generator = torch.optim.Adam(generator.parameters(), game.rate, (0.5, 0.999))
    of_discriminator = torch.optim.Adam(discriminator.parameters(), game.rate * game.pace, (0.5, 0.999))

    def detached(generated):
        return tuple(part.detach() for part in generated) if isinstance(generated, tuple) else generated.detach()

    def usual():
        generated = game.make()
        of_discriminator.zero_grad(set_to_none=True)
        game.discriminator_loss(detached(generated)).backward()
        of_discriminator.step()
        discriminator.requires_grad_(False)
        of_generator.zero_grad(set_to_none=True)
        game.generator_loss(generated).backward()
        of_generator.step()
        discriminator.requires_grad_(True)

    def shared():
        losses = game.both_losses(game.make())
        weights = [list(discriminator.parameters()), list(generator.parameters())]
        gradients = [
            torch.autograd.grad(losses[0], weights[0], retain_graph=True),
            torch.autograd.grad(losses[1], weights[1]),
        ]
        for own, of_own in zip(weights, gradients):
            for weight, gradient in zip(own, of_own):
                weight.grad = gradient
        of_discriminator.step()
        of_generator.step()

    return {"usual": usual, "shared": shared}[loop]


def timed(call, runs, warm_up):
    for _ in range(warm_up):
        call()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        call()
        times.append((time.perf_counter() - start) * 1e3)
    return {
        "median_ms": round(statistics.median(times), 2),
        "min_ms": round(min(times), 2),
        "max_ms": round(max(times), 2),
    }


def count(network):
    return sum(weight.numel() for weight in network.parameters())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="Prints one JSON object in place of a table.")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads(), help="The number of threads inside one operation.")
    parser.add_argument("--runs", type=int, default=8, help="The number of measured training steps. Inferences are measured three times as often.")
    parser.add_argument("--cases", default=",".join(CASES), help="The cases that are measured, separated by commas.")
    parser.add_argument("--loop", choices=["usual", "shared"], default="shared")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    rows = []
    for name in options.cases.split(","):
        game = CASES[name]()
        generator, discriminator = (count(network) for network in game.networks())
        step = timed(step_of(game, options.loop), options.runs, 2)
        rows.append({"name": name, "what": "train-step", "batch": game.batch, **step})
        rows[-1] |= {"generator": generator, "discriminator": discriminator}
        game.generator.eval()
        with torch.no_grad():
            one = game.one()
            frozen = torch.jit.freeze(torch.jit.trace(game.generator, one))
            ready = torch.jit.optimize_for_inference(frozen)
            rows.append({"name": name, "what": "infer", "batch": 1, **timed(lambda: ready(one), options.runs * 3, 3)})
    if options.json:
        print(json.dumps({"engine": f"PyTorch {torch.__version__}", "threads": options.threads, "loop": options.loop, "rows": rows}))
        return
    print(f"PyTorch {torch.__version__}, {options.threads} threads, {options.loop} loop")
    for row in rows:
        spread = f"({row['min_ms']:.1f} to {row['max_ms']:.1f})"
        print(f"{row['name']:<10} {row['what']:<11} batch {row['batch']:<3} {row['median_ms']:8.1f} ms  {spread}")


main()
