/** Lowerings of activations, of the step and sign functions in their gradients, and of softmax. */
import { apply, scalar } from '../elementwise.js';
import { fuseActivation } from '../fusion.js';
import { nchw } from '../layout.js';
import { type Lowerings, lowering } from '../lowering.js';
import type { Tracer } from '../tracer.js';
import { computed, isChannelVector, type Value } from '../value.js';
import { add, multiply } from './arithmetic.js';
import { clip } from './unary.js';

export function relu(tracer: Tracer, x: Value): Value {
  return fuseActivation(tracer, x, 'Relu') ?? apply(tracer, 'Relu', [x]);
}

export function leakyRelu(tracer: Tracer, x: Value, alpha: number): Value {
  return (
    fuseActivation(tracer, x, 'LeakyRelu', alpha) ??
    apply(tracer, 'LeakyRelu', [x], x.dtype, { alpha: { float: alpha } })
  );
}

/** A factor that takes every normal number beyond the bounds of a clip, and does not overflow for numbers up to 3. */
const steep = 1e38;

/** 1 where x is positive, `alpha` elsewhere. A steep clipped line is several times faster than comparison and selection. */
function step(tracer: Tracer, x: Value, alpha: number): Value {
  if (alpha === 0) return apply(tracer, 'HardSigmoid', [x], x.dtype, { alpha: { float: steep }, beta: { float: 0 } });
  const saturated = multiply(tracer, x, scalar(x, steep));
  if (alpha > 0 && alpha < 1) return clip(tracer, saturated, alpha, 1);
  const positive = clip(tracer, saturated, 0, 1);
  return add(tracer, multiply(tracer, positive, scalar(x, 1 - alpha)), scalar(x, alpha));
}

/** −1, 0 or 1 by a clip, as in {@link step}: the runtime's own operator is not vectorised. */
function sign(tracer: Tracer, x: Value): Value {
  if (x.dtype !== 'float32') return apply(tracer, 'Sign', [x]);
  return clip(tracer, multiply(tracer, x, scalar(x, steep)), -1, 1);
}

/** slopes · x + (1 − slopes) · relu(x), as convolutions: the runtime's own operator does not support the blocked layout. */
function prelu(tracer: Tracer, x: Value, slopes: Value): Value {
  const { graph, block } = tracer;
  if (x.rank !== 4 || !slopes.constant || !isChannelVector(slopes, x.shape) || x.shape[3] % block !== 0) {
    return apply(tracer, 'PRelu', [x, slopes]);
  }
  const channels = x.shape[3];
  const attributes = { group: channels, kernel_shape: [1, 1] };
  const scaled = (name: string, factors: Float32Array) =>
    graph.node('Conv', [name, graph.constant('float32', [channels, 1, 1, 1], factors)], attributes);
  const negativeSlopes = Float32Array.from(slopes.values());
  const complements = negativeSlopes.map((slope) => 1 - slope);
  const name = tracer.fetch(x, nchw);
  const sum = graph.node('Add', [scaled(name, negativeSlopes), scaled(graph.node('Relu', [name]), complements)]);
  return computed(x.shape, 'float32', sum, nchw);
}

/** Applies the activation that a `tf.fused` kernel names in its `activation` attribute. */
export function activate(
  tracer: Tracer,
  x: Value,
  { activation = 'linear', leakyreluAlpha = 0.2 }: { activation?: string; leakyreluAlpha?: number },
  slopes: Value | undefined,
): Value {
  if (activation === 'linear') return x;
  if (activation === 'relu') return relu(tracer, x);
  if (activation === 'leakyrelu') return leakyRelu(tracer, x, leakyreluAlpha);
  if (activation === 'relu6') return clip(tracer, x, 0, 6);
  if (activation === 'prelu' && slopes) return prelu(tracer, x, slopes);
  const op = { elu: 'Elu', sigmoid: 'Sigmoid', tanh: 'Tanh' }[activation];
  if (!op) throw new Error(`unknown fused activation ${activation}`);
  return apply(tracer, op, [x]);
}

const softmax = (op: 'Softmax' | 'LogSoftmax') =>
  lowering((tracer, { logits }) =>
    computed(logits.shape, 'float32', tracer.graph.node(op, [tracer.fetch(logits)], { axis: -1 })),
  );

export const activations: Lowerings = {
  Relu: lowering((tracer, { x }) => relu(tracer, x), { elementwise: true }),
  Relu6: lowering((tracer, { x }) => clip(tracer, x, 0, 6), { elementwise: true }),
  LeakyRelu: lowering<{ alpha: number }>((tracer, { x }, { alpha }) => leakyRelu(tracer, x, alpha), {
    elementwise: true,
  }),
  Prelu: lowering((tracer, { x, alpha }) => prelu(tracer, x, alpha)),
  Step: lowering<{ alpha?: number }>((tracer, { x }, { alpha = 0 }) => step(tracer, x, alpha), { elementwise: true }),
  Sign: lowering((tracer, { x }) => sign(tracer, x), { elementwise: true }),
  Softmax: softmax('Softmax'),
  LogSoftmax: softmax('LogSoftmax'),
};
