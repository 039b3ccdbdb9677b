/** The part of the ONNX protobuf schema that programs need (onnx/onnx.proto, IR version 8), as a protobufjs descriptor. */
import protobuf from 'protobufjs';

const string = (id: number) => ({ type: 'string', id });
const int64 = (id: number) => ({ type: 'int64', id });
const many = (type: string, id: number) => ({ rule: 'repeated', type, id });

const descriptor: protobuf.INamespace = {
  nested: {
    ModelProto: {
      fields: {
        irVersion: int64(1),
        producerName: string(2),
        graph: { type: 'GraphProto', id: 7 },
        opsetImport: many('OperatorSetIdProto', 8),
      },
    },
    OperatorSetIdProto: { fields: { domain: string(1), version: int64(2) } },
    GraphProto: {
      fields: {
        node: many('NodeProto', 1),
        name: string(2),
        initializer: many('TensorProto', 5),
        input: many('ValueInfoProto', 11),
        output: many('ValueInfoProto', 12),
      },
    },
    NodeProto: {
      fields: {
        input: many('string', 1),
        output: many('string', 2),
        name: string(3),
        opType: string(4),
        attribute: many('AttributeProto', 5),
        domain: string(7),
      },
    },
    AttributeProto: {
      fields: {
        name: string(1),
        f: { type: 'float', id: 2 },
        i: int64(3),
        s: { type: 'bytes', id: 4 },
        floats: many('float', 7),
        ints: many('int64', 8),
        type: { type: 'int32', id: 20 },
      },
    },
    TensorProto: {
      fields: {
        dims: many('int64', 1),
        dataType: { type: 'int32', id: 2 },
        name: string(8),
        rawData: { type: 'bytes', id: 9 },
      },
    },
    ValueInfoProto: { fields: { name: string(1), type: { type: 'TypeProto', id: 2 } } },
    TypeProto: { fields: { tensorType: { type: 'TensorTypeProto', id: 1 } } },
    TensorTypeProto: { fields: { elemType: { type: 'int32', id: 1 }, shape: { type: 'TensorShapeProto', id: 2 } } },
    TensorShapeProto: { fields: { dim: many('Dimension', 1) } },
    Dimension: { fields: { dimValue: int64(1) } },
  },
};

/** ONNX's `ModelProto`. */
export const modelProto: protobuf.Type = protobuf.Root.fromJSON(descriptor).lookupType('ModelProto');

/** `AttributeProto.AttributeType`. */
export const attributeType = { float: 1, int: 2, string: 3, floats: 6, ints: 7 } as const;

/** `TensorProto.DataType`. */
export const elementType = { float32: 1, int32: 6, int64: 7, bool: 9 } as const;

export type ElementType = keyof typeof elementType;
