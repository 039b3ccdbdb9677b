/** Types of the chart library, which the build copies next to the page. */
export { default } from 'uplot';
