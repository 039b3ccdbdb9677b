/** Encodes a finished graph as an ONNX model: opset 17, IR version 8. */
import type { Attribute, LiveGraph, Port } from './graph.js';
import { blockedDomain, contrib } from './graph.js';
import { attributeType, elementType, modelProto } from './schema.js';

const irVersion = 8;
const opset = 17;

export function encodeModel(graph: LiveGraph, outputs: readonly Port[]): Uint8Array {
  const domains = new Set(graph.nodes.map((node) => node.domain));
  const model = {
    irVersion,
    producerName: 'irisflow',
    opsetImport: [
      { domain: '', version: opset },
      ...[contrib, blockedDomain].filter((domain) => domains.has(domain)).map((domain) => ({ domain, version: 1 })),
    ],
    graph: {
      name: 'program',
      node: graph.nodes.map(({ op, domain, inputs, outputs: results, attributes }, i) => ({
        name: `${op}_${i}`,
        opType: op,
        domain,
        input: inputs,
        output: results,
        attribute: Object.entries(attributes).map(([name, value]) => attribute(name, value)),
      })),
      initializer: graph.initialisers.map(({ name, dtype, dims, data }) => ({
        name,
        dataType: elementType[dtype],
        dims,
        rawData: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
      })),
      input: graph.inputs.map(valueInfo),
      output: outputs.map(valueInfo),
    },
  };
  return modelProto.encode(model).finish();
}

function valueInfo({ name, dtype, dims }: Port): object {
  const shape = { dim: dims.map((dimValue) => ({ dimValue })) };
  return { name, type: { tensorType: { elemType: elementType[dtype], shape } } };
}

function attribute(name: string, value: Attribute): object {
  if (typeof value === 'number') return { name, type: attributeType.int, i: value };
  if (typeof value === 'string') return { name, type: attributeType.string, s: Buffer.from(value) };
  if ('float' in value) return { name, type: attributeType.float, f: value.float };
  if ('floats' in value) return { name, type: attributeType.floats, floats: value.floats };
  return { name, type: attributeType.ints, ints: value };
}
