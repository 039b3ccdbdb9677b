/**
 * Fuses bias, residual sum and activation into the convolution before them, where they cost nothing. The fused node is a copy;
 * the plain one is removed as dead code, and where other nodes still need it, `liveGraph` undoes the fusion.
 */
import { sameShape } from '../values.js';
import { type Attributes, blockedDomain, type Fusion, type Node } from './graph.js';
import { blocked, logical, nchw } from './layout.js';
import type { Tracer } from './tracer.js';
import { computed, isChannelVector, type Value } from './value.js';

/** `convolved + addend` inside the convolution; undefined where that is not possible. */
export function fuseSum(tracer: Tracer, convolved: Value, addend: Value): Value | undefined {
  const node = convolved.convolution;
  if (!node || node.attributes.activation || node.inputs.length > 3 || addend.lazy) return undefined;
  if (isChannelVector(addend, convolved.shape)) {
    if (node.inputs.length !== 2) return undefined;
    const vector = tracer.fetch(tracer.reshape(addend, [addend.size]), logical);
    const missing = node.domain === blockedDomain ? tracer.dims(convolved.shape, blocked)[1] - addend.size : 0;
    const bias = tracer.graph.pad(vector, [0], [missing]);
    return fused(tracer, convolved, node, [...node.inputs, bias], node.attributes, []);
  }
  const residual = sameShape(convolved.shape, addend.shape) && !addend.constant && node.domain === blockedDomain;
  if (!residual) return undefined;
  const other = tracer.fetch(addend, blocked);
  const inputs = [node.inputs[0], node.inputs[1], node.inputs[2] ?? '', other];
  return fused(tracer, convolved, node, inputs, node.attributes, [other], 'Add');
}

/** `Relu` and `LeakyRelu` inside the convolution; undefined where that is not possible. */
export function fuseActivation(tracer: Tracer, x: Value, op: 'Relu' | 'LeakyRelu', alpha?: number): Value | undefined {
  const node = x.convolution;
  if (!node || node.attributes.activation || node.domain !== blockedDomain) return undefined;
  const slope: Attributes = alpha === undefined ? {} : { activation_params: { floats: [alpha] } };
  const plain: Attributes = alpha === undefined ? {} : { alpha: { float: alpha } };
  return fused(tracer, x, node, node.inputs, { ...node.attributes, activation: op, ...slope }, [], op, plain);
}

function fused(
  tracer: Tracer,
  x: Value,
  node: Node,
  inputs: readonly string[],
  attributes: Attributes,
  operands: readonly string[],
  op?: string,
  plain: Attributes = {},
): Value {
  const fusion: Fusion = { node, op, operands, attributes: plain };
  const name = tracer.graph.node(node.op, inputs, attributes, node.domain, fusion);
  const result = computed(x.shape, x.dtype, name, node.domain === blockedDomain ? blocked : nchw);
  result.preferred = x.preferred;
  result.convolution = tracer.graph.producer(name);
  return result;
}
