/** The part of node-webcam (which has no types) that is used. */
declare module 'node-webcam' {
  export interface Webcam {
    /** The shell command that takes one picture into the file `location`. */
    generateSh(location: string): string;
    /** What is wrong according to the command's stderr, if anything. */
    runCaptureValidations(stderr: string): Error | null;
  }
  export function create(options: {
    device: string | false;
    output: 'jpeg';
    saveShots: false;
    width?: number;
    height?: number;
  }): Webcam;
}
