/** Where pairs come from: a picture with an input made of it, or with a target made of what is known of it. */

export { blur } from './blur.js';
export { edges } from './edges.js';
export { faceMap } from './face-map.js';
export { gazeMap, gazePoint } from './gaze-map.js';
export { grey } from './grey.js';
export { mask } from './mask.js';
export * from './pair-kinds.js';
