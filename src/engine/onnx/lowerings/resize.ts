/** Lowerings of image resizing, its gradient, and depth to space. */
import { type Interpolation, interpolationMatrix } from '../../gradients/interpolation.js';
import { type ResizeGradientAttributes, resizeGradientKernel } from '../../gradients/resize.js';
import { type Attributes, blockedDomain } from '../graph.js';
import { blocked, nchw } from '../layout.js';
import { type Lowering, type Lowerings, lowering } from '../lowering.js';
import type { Tracer } from '../tracer.js';
import { computed, type Value } from '../value.js';

type Modes = Omit<Interpolation, 'method'>;

function resize(tracer: Tracer, x: Value, [height, width]: readonly number[], mode: Interpolation): Value {
  const { graph } = tracer;
  const [batch, tall, wide, channels] = x.shape;
  const attributes = {
    mode: mode.method === 'bilinear' ? 'linear' : 'nearest',
    coordinate_transformation_mode: mode.alignCorners
      ? 'align_corners'
      : mode.halfPixelCenters
        ? 'half_pixel'
        : 'asymmetric',
  };
  const shape = [batch, height, width, channels];
  const whole = height % tall === 0 && width % wide === 0;
  if (x.preferred === blocked && whole && mode.method === 'bilinear') {
    const scales = [1, 1, height / tall, width / wide];
    const name = graph.node('Upsample', [tracer.fetch(x, blocked)], { scales, ...attributes }, blockedDomain);
    return computed(shape, 'float32', name, blocked);
  }
  const halved = tall === 2 * height && wide === 2 * width;
  if (halved && mode.method === 'bilinear' && mode.halfPixelCenters) {
    // Means of each four, which the runtime computes on all threads.
    const name = graph.node('AveragePool', [tracer.fetch(x, nchw)], { kernel_shape: [2, 2], strides: [2, 2] });
    return computed(shape, 'float32', name, nchw);
  }
  const rounding = mode.alignCorners || mode.halfPixelCenters ? 'round_prefer_ceil' : 'floor';
  const nearest: Attributes = mode.method === 'nearest' ? { nearest_mode: rounding } : {};
  const inputs = [tracer.fetch(x, nchw), '', '', graph.ints([batch, channels, height, width])];
  return computed(shape, 'float32', graph.node('Resize', inputs, { ...attributes, ...nearest }), nchw);
}

/** Resizing is a matrix on each axis, its gradient the transposed matrices. */
function resizeGradient(
  tracer: Tracer,
  dy: Value,
  { size: [height, width], ...mode }: ResizeGradientAttributes,
): Value {
  const { graph } = tracer;
  const [batch, tall, wide, channels] = dy.shape;
  const columns = graph.constant('float32', [wide, width], interpolationMatrix(width, wide, mode));
  const rows = transposed(interpolationMatrix(height, tall, mode), tall, height);
  const narrow = graph.node('MatMul', [tracer.fetch(dy, nchw), columns]);
  const small = graph.node('MatMul', [graph.constant('float32', [height, tall], rows), narrow]);
  return computed([batch, height, width, channels], 'float32', small, nchw);
}

function transposed(matrix: Float32Array, rows: number, columns: number): Float32Array {
  return matrix.map((_, i) => matrix[(i % rows) * columns + Math.floor(i / rows)]);
}

const forward = (method: Interpolation['method']): Lowering =>
  lowering<Modes & { size: number[] }>((tracer, { images }, { size, alignCorners, halfPixelCenters }) =>
    resize(tracer, images, size, { method, alignCorners, halfPixelCenters }),
  );

/** tf.js's own gradient kernels, for programs that register its gradients; they know no half-pixel centres. */
const backward = (method: Interpolation['method']): Lowering =>
  lowering<{ alignCorners: boolean }>((tracer, { dy, images }, { alignCorners }) =>
    resizeGradient(tracer, dy, {
      method,
      alignCorners,
      halfPixelCenters: false,
      size: [images.shape[1], images.shape[2]],
    }),
  );

export const resizes: Lowerings = {
  ResizeBilinear: forward('bilinear'),
  ResizeNearestNeighbor: forward('nearest'),
  ResizeBilinearGrad: backward('bilinear'),
  ResizeNearestNeighborGrad: backward('nearest'),
  [resizeGradientKernel]: lowering<ResizeGradientAttributes>((tracer, { dy }, attributes) =>
    resizeGradient(tracer, dy, attributes),
  ),
  DepthToSpace: lowering<{ blockSize: number; dataFormat: string }>((tracer, { x }, { blockSize, dataFormat }) => {
    if (dataFormat !== 'NHWC') throw new Error(`dataFormat ${dataFormat}: use NHWC`);
    const [batch, height, width, channels] = x.shape;
    const shape = [batch, height * blockSize, width * blockSize, channels / blockSize ** 2];
    const name = tracer.graph.node('DepthToSpace', [tracer.fetch(x, nchw)], { blocksize: blockSize, mode: 'DCR' });
    return computed(shape, x.dtype, name, nchw);
  }),
};
