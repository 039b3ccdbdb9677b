/** Plain statistics of pictures: colours and gradients, and how far those of two sets are apart. */
import { luminanceOf } from '../vision/luminance.js';
import { deviationOf, type Interval, meanInterval, meanOf } from './interval.js';
import { type Pictures, pictureAt } from './pictures.js';

const LEVELS = 256;
/** Number of bins of gradient magnitudes, from 0 to the largest possible one, √2 · 127.5. */
const GRADIENT_BINS = 512;
const MAX_GRADIENT = Math.SQRT2 * 127.5;

/** Statistics of a set of pictures. `shares` are histograms that sum to 1. */
export interface PictureStatistics {
  /** For red, green and blue: mean over pictures, its 95 % confidence interval, deviation over all pixels, and a histogram of 256 levels. */
  readonly channels: readonly ChannelStatistics[];
  /** Magnitudes of the luminance gradient by central differences, in levels a pixel. */
  readonly gradient: {
    /** Mean over the pictures. */
    readonly mean: number;
    /** 95 % interval of the mean. */
    readonly interval: Interval;
    /** Share of the pixels in each of 512 bins, from 0 to the largest gradient that can be. */
    readonly shares: Float64Array;
  };
}

/** One colour channel of a set of pictures, in levels (0 to 255). */
export interface ChannelStatistics {
  /** Mean over the pictures. */
  readonly mean: number;
  /** 95 % interval of the mean. */
  readonly interval: Interval;
  /** Standard deviation over all pixels. */
  readonly deviation: number;
  /** Share of the pixels at each of the 256 levels. */
  readonly shares: Float64Array;
}

/** The colour and gradient statistics of a set of pictures. */
export function pictureStatistics(pictures: Pictures): PictureStatistics {
  const { count, width, height } = pictures;
  const shares = [0, 1, 2].map(() => new Float64Array(LEVELS));
  const means = [0, 1, 2].map(() => new Float64Array(count));
  const gradients = new Float64Array(GRADIENT_BINS);
  const steepness = new Float64Array(count);
  const luminance = new Float64Array(width * height);
  const pixels = width * height;
  for (let i = 0; i < count; i++) {
    const picture = pictureAt(pictures, i);
    for (let channel = 0; channel < 3; channel++) {
      const histogram = shares[channel] as Float64Array;
      let sum = 0;
      for (let at = channel; at < picture.length; at += 3) {
        const value = picture[at] as number;
        (histogram[value] as number)++;
        sum += value;
      }
      (means[channel] as Float64Array)[i] = sum / pixels;
    }
    luminanceOf(picture, luminance);
    let sum = 0;
    for (let y = 1; y < height - 1; y++) {
      for (let x = 1; x < width - 1; x++) {
        const at = y * width + x;
        const across = ((luminance[at + 1] as number) - (luminance[at - 1] as number)) / 2;
        const down = ((luminance[at + width] as number) - (luminance[at - width] as number)) / 2;
        const magnitude = Math.hypot(across, down);
        sum += magnitude;
        const bin = Math.min(GRADIENT_BINS - 1, Math.floor((magnitude / MAX_GRADIENT) * GRADIENT_BINS));
        (gradients[bin] as number)++;
      }
    }
    steepness[i] = sum / ((width - 2) * (height - 2));
  }
  const channels = shares.map((histogram, channel): ChannelStatistics => {
    const share = normalised(histogram);
    const ofPictures = means[channel] as Float64Array;
    const mean = meanOf(ofPictures);
    const square = share.reduce((sum, part, level) => sum + part * level * level, 0);
    return {
      mean,
      interval: meanInterval(ofPictures),
      deviation: Math.sqrt(Math.max(0, square - mean * mean)),
      shares: share,
    };
  });
  return {
    channels,
    gradient: { mean: meanOf(steepness), interval: meanInterval(steepness), shares: normalised(gradients) },
  };
}

/** Distances between the statistics of two sets, in levels. */
export interface StatisticsDistance {
  /** For red, green and blue: |difference of means|, |difference of deviations|, and Wasserstein-1 distance of the values. */
  readonly channels: readonly {
    /** Between the means. */
    readonly mean: number;
    /** Between the deviations. */
    readonly deviation: number;
    /** Between the shares of the levels. */
    readonly values: number;
  }[];
  /** Mean Wasserstein-1 distance of the three channels' values. */
  readonly colour: number;
  /** Wasserstein-1 distance of the gradient magnitudes, in levels per pixel. */
  readonly gradient: number;
}

/** The distances between two sets' colours and gradients; all are 0 for equal sets. */
export function statisticsDistance(a: PictureStatistics, b: PictureStatistics): StatisticsDistance {
  const channels = a.channels.map((channel, i) => {
    const other = b.channels[i] as ChannelStatistics;
    return {
      mean: Math.abs(channel.mean - other.mean),
      deviation: Math.abs(channel.deviation - other.deviation),
      values: wasserstein(channel.shares, other.shares, 1),
    };
  });
  return {
    channels,
    colour: meanOf(channels.map(({ values }) => values)),
    gradient: wasserstein(a.gradient.shares, b.gradient.shares, MAX_GRADIENT / GRADIENT_BINS),
  };
}

/** The Wasserstein-1 distance of two histograms with equal bins: the area between the cumulative histograms. */
export function wasserstein(a: ArrayLike<number>, b: ArrayLike<number>, binWidth: number): number {
  let [left, right, area] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    left += a[i] as number;
    right += b[i] as number;
    area += Math.abs(left - right);
  }
  return area * binWidth;
}

/**
 * How much the pictures of a set differ from each other: the mean standard deviation of a byte over the set, in levels. It is 0
 * where all pictures are equal.
 */
export function varietyOf(pictures: Pictures): number {
  const { count, width, height } = pictures;
  const bytes = width * height * 3;
  const values = new Float64Array(count);
  const deviations = new Float64Array(bytes);
  for (let at = 0; at < bytes; at++) {
    for (let i = 0; i < count; i++) values[i] = pictures.data[i * bytes + at] as number;
    deviations[at] = deviationOf(values);
  }
  return meanOf(deviations);
}

function normalised(histogram: Float64Array): Float64Array {
  const sum = histogram.reduce((total, value) => total + value, 0);
  return sum > 0 ? histogram.map((value) => value / sum) : histogram;
}
