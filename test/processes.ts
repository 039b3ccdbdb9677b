/** What tests ask of processes that they or the product started. */

/** True while a process of that id exists (a zombie counts). */
export function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
