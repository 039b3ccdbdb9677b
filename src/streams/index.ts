/** Sources and sinks of frames. */

export { type ProbeOptions, probeVideo, type VideoInfo } from './ffmpeg/probe.js';
export { type FromVideoOptions, fromVideo } from './from-video.js';
export type { Loss, RestartOptions } from './restart.js';
export type { FrameSize } from './size.js';
