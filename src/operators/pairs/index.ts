/** Where pairs come from: operators that make an input of a picture, and the picture its target. */
export { blur } from './blur.js';
export { edges } from './edges.js';
export { grey } from './grey.js';
export { mask } from './mask.js';
export * from './pair-kinds.js';
export * from './to-pairs.js';
