export { type GraphProgram, loadGraphModel } from './graph-model.js';
export { openEngine } from './open.js';
export { type EngineProbe, type ProviderProbe, probeEngines } from './probe.js';
export type * from './types.js';
