/** Types of the part of node-webcam that is used; the package has none. */
declare module 'node-webcam' {
  export interface Webcam {
    /** The shell command that writes one picture to the file `location`. */
    generateSh(location: string): string;
    /** The error that the command's stderr shows, if any. */
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
