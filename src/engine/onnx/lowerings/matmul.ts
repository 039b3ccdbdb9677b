/** Lowerings of matrix products. */
import type { EinsumAttrs } from '@tensorflow/tfjs-core';
import { backend_util } from '@tensorflow/tfjs-core';
import { broadcastShape } from '../elementwise.js';
import { contrib } from '../graph.js';
import { type Lowerings, lowering, type Operands } from '../lowering.js';
import type { Tracer } from '../tracer.js';
import { computed, type Value } from '../value.js';
import { activate } from './activation.js';
import { add } from './arithmetic.js';

interface Product {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

interface FusedProduct extends Product {
  readonly activation?: string;
  readonly leakyreluAlpha?: number;
}

function matMul(tracer: Tracer, { a, b }: Operands, { transposeA, transposeB }: Product): Value {
  const { graph } = tracer;
  const rows = a.shape[a.rank - (transposeA ? 1 : 2)];
  const columns = b.shape[b.rank - (transposeB ? 2 : 1)];
  const batches = [a, b].map(({ shape }) => ({ shape: shape.slice(0, -2) }));
  const shape = [...broadcastShape(batches), rows, columns];
  const attributes = { transA: Number(transposeA), transB: Number(transposeB) };
  if (batches.every((batch) => batch.shape.every((extent) => extent === 1))) {
    const matrices = [a, b].map((value) => tracer.fetch(tracer.reshape(value, value.shape.slice(-2))));
    return tracer.reshape(computed([rows, columns], 'float32', graph.node('Gemm', matrices, attributes)), shape);
  }
  const names = [tracer.fetch(a), tracer.fetch(b)];
  const name =
    transposeA || transposeB ? graph.node('FusedMatMul', names, attributes, contrib) : graph.node('MatMul', names);
  return computed(shape, 'float32', name);
}

export const products: Lowerings = {
  BatchMatMul: lowering<Product>(matMul),
  _FusedMatMul: lowering<FusedProduct>((tracer, operands, attributes) => {
    const product = matMul(tracer, operands, attributes);
    const bias: Value | undefined = operands.bias;
    return activate(tracer, bias ? add(tracer, product, bias) : product, attributes, operands.preluActivationWeights);
  }),
  Einsum: lowering<EinsumAttrs>((tracer, _, { equation }, list) => {
    const { allDims, idDims } = backend_util.decodeEinsumEquation(equation, list.length);
    const extents = new Map<number, number>();
    list.forEach((value, i) => {
      idDims[i].forEach((dim, axis) => {
        extents.set(dim, value.shape[axis]);
      });
    });
    const result = equation.replace(/\s/g, '').split('->')[1] ?? '';
    const shape = Array.from(result, (letter) => extents.get(allDims.indexOf(letter)) ?? 1);
    const names = list.map((value) => tracer.fetch(value));
    return computed(
      shape,
      list[0].dtype,
      tracer.graph.node('Einsum', names, { equation: equation.replace(/\s/g, '') }),
    );
  }),
};
