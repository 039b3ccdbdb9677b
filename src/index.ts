/** irisflow: live video refinement by a network that keeps learning. */
export * from './data/index.js';
export * from './engine/index.js';
export * from './errors.js';
export * from './evaluation/index.js';
export * from './frame.js';
export * from './models/index.js';
export * from './operators/index.js';
export * from './runs/index.js';
export * from './session/index.js';
export * from './streams/index.js';
export { pageFolder } from './viewer/page-folder.js';
export * from './vision/index.js';
