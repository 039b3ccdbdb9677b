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
  const [batch, fromHeight, fromWidth, channels] = x.shape;
  const attributes = {
    mode: mode.method === 'bilinear' ? 'linear' : 'nearest',
    coordinate_transformation_mode: mode.alignCorners
      ? 'align_corners'
      : mode.halfPixelCenters
        ? 'half_pixel'
        : 'asymmetric',
  };
  const shape = [batch, height, width, channels];
  const whole = height % fromHeight === 0 && width % fromWidth === 0;
  if (x.preferred === blocked && whole && mode.method === 'bilinear') {
    const scales = [1, 1, height / fromHeight, width / fromWidth];
    const name = graph.node('Upsample', [tracer.fetch(x, blocked)], { scales, ...attributes }, blockedDomain);
    return computed(shape, 'float32', name, blocked);
  }
  const halves = fromHeight === 2 * height && fromWidth === 2 * width;
  if (halves && mode.method === 'bilinear' && mode.halfPixelCenters) {
    // This is the mean of each 2×2 pixels; the runtime's pooling uses all threads.
    const name = graph.node('AveragePool', [tracer.fetch(x, nchw)], { kernel_shape: [2, 2], strides: [2, 2] });
    return computed(shape, 'float32', name, nchw);
  }
  const rounding = mode.alignCorners || mode.halfPixelCenters ? 'round_prefer_ceil' : 'floor';
  const nearest: Attributes = mode.method === 'nearest' ? { nearest_mode: rounding } : {};
  const inputs = [tracer.fetch(x, nchw), '', '', graph.ints([batch, channels, height, width])];
  return computed(shape, 'float32', graph.node('Resize', inputs, { ...attributes, ...nearest }), nchw);
}

/** Resizing multiplies each axis by a matrix, its gradient by the transposed matrix. */
function resizeGradient(
  tracer: Tracer,
  dy: Value,
  { size: [height, width], ...mode }: ResizeGradientAttributes,
): Value {
  const { graph } = tracer;
  const [batch, fromHeight, fromWidth, channels] = dy.shape;
  const columns = graph.constant('float32', [fromWidth, width], interpolationMatrix(width, fromWidth, mode));
  const rows = transposed(interpolationMatrix(height, fromHeight, mode), fromHeight, height);
  const columnsDone = graph.node('MatMul', [tracer.fetch(dy, nchw), columns]);
  const gradient = graph.node('MatMul', [graph.constant('float32', [height, fromHeight], rows), columnsDone]);
  return computed([batch, height, width, channels], 'float32', gradient, nchw);
}

function transposed(matrix: Float32Array, rows: number, columns: number): Float32Array {
  return matrix.map((_, i) => matrix[(i % rows) * columns + Math.floor(i / rows)]);
}

const forward = (method: Interpolation['method']): Lowering =>
  lowering<Modes & { size: number[] }>((tracer, { images }, { size, alignCorners, halfPixelCenters }) =>
    resize(tracer, images, size, { method, alignCorners, halfPixelCenters }),
  );

/** tf.js's own gradient kernels, for programs that register tf.js's gradients; they do not support half-pixel centres. */
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
