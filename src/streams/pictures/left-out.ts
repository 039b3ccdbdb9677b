/** What picture files hold that a frame does not: transparency, further pictures, metadata, more than 8 bits. */
import { preparedSharp } from './decode.js';

/** Files whose headers are read at a time. */
const AT_ONCE = 16;

/** In words, with how many files each concerns; empty where frames hold everything. A file that cannot be read says nothing. */
export async function leftOutOfPictures(paths: readonly string[]): Promise<string[]> {
  const counts = { transparency: 0, animation: 0, metadata: 0, depth: 0 };
  const read = async (path: string) => {
    const found = await preparedSharp()(path)
      .metadata()
      .catch(() => undefined);
    if (!found) return;
    if (found.hasAlpha && found.format !== 'gif') counts.transparency++;
    if ((found.pages ?? 1) > 1) counts.animation++;
    if (found.exif || found.xmp || found.iptc) counts.metadata++;
    if (found.depth !== 'uchar') counts.depth++;
  };
  for (let i = 0; i < paths.length; i += AT_ONCE) await Promise.all(paths.slice(i, i + AT_ONCE).map(read));
  const of = (count: number) => (paths.length === 1 ? '' : ` of ${count} ${count === 1 ? 'picture' : 'pictures'}`);
  return [
    ...(counts.transparency > 0 ? [`the transparency${of(counts.transparency)}`] : []),
    ...(counts.animation > 0 ? [`the animation${of(counts.animation)} (the first picture of each is taken)`] : []),
    ...(counts.depth > 0 ? [`more than 8 bits a channel${of(counts.depth)}`] : []),
    ...(counts.metadata > 0 ? [`the metadata${of(counts.metadata)}`] : []),
  ];
}
