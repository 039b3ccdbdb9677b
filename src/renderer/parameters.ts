/** Everything that a synthetic eye picture depends on, as plain data: whose eye it is, and how it is seen at one moment. */

/** A colour in linear light, 0 to 1 a channel. */
export type Colour = readonly [red: number, green: number, blue: number];

/**
 * Whose eye it is: shape in millimetres, colours in linear light, textures by their seed. Lengths are measured from the
 * eyeball's centre in the face, which looks along +z: `u` grows toward the nose, `v` up.
 */
export interface EyeIdentity {
  /** Seeds the textures: iris fibres, pores, hairs. A 32-bit integer. */
  readonly textures: number;
  /** The skin. */
  readonly skin: {
    /** Its colour. */
    readonly colour: Colour;
    /** Contrast of pores and mottling, 0 (smooth) to 1. */
    readonly roughness: number;
    /** Density of freckles, 0 (none) to 1. */
    readonly freckles: number;
    /** Depth of the lines around the eye, 0 (none) to 1. */
    readonly lines: number;
    /** Darkness of the skin around the eye, 0 (none) to 1. */
    readonly circles: number;
    /** Strength of the broad highlight, 0 (matte) to 1. */
    readonly shine: number;
  };
  /** Relief of the face around the eye: how far its parts stand out. */
  readonly face: {
    /** Of the brow. */
    readonly brow: number;
    /** Of the nose. */
    readonly nose: number;
    /** Of the cheek. */
    readonly cheek: number;
    /** Depth of the socket's floor in front of the eyeball's centre. */
    readonly socket: number;
  };
  /** The lids. */
  readonly lids: {
    /** Where the lids meet at the nose. */
    readonly innerCorner: readonly [u: number, v: number];
    /** Where the lids meet at the temple. */
    readonly outerCorner: readonly [u: number, v: number];
    /** Height of the upper lid's margin above the pupil when the eye looks straight ahead. */
    readonly upper: number;
    /** Depth of the lower lid's margin below the pupil when the eye looks straight ahead. */
    readonly lower: number;
    /** Height of the crease above the upper lid's margin. */
    readonly crease: number;
    /** Darkness of the crease, 0 (no crease) to 1. */
    readonly creaseDepth: number;
    /** How far the skin above the crease hangs over it, 0 to 1. */
    readonly hood: number;
    /** Colour on the upper lid and how much of it, 0 (none) to 1. */
    readonly shadow: {
      /** Its colour. */
      readonly colour: Colour;
      /** 0 (none) to 1. */
      readonly amount: number;
    };
    /** Width of a drawn line along the upper lid. */
    readonly liner: number;
  };
  /** The lashes. */
  readonly lashes: {
    /** Their colour. */
    readonly colour: Colour;
    /** Length of a lash. */
    readonly length: number;
    /** How many a lid has. */
    readonly count: number;
    /** How far they bend, 0 (straight) and more. */
    readonly curl: number;
  };
  /** The eyebrow. */
  readonly eyebrow: {
    /** Its colour. */
    readonly colour: Colour;
    /** Height of its middle above the pupil. */
    readonly height: number;
    /** Half its thickness at the nose. */
    readonly thickness: number;
    /** Height of its arch over the straight line between its ends. */
    readonly arch: number;
    /** How much higher its outer end is than its inner end. */
    readonly tilt: number;
    /** 0 (bare) to 1 (solid). */
    readonly density: number;
  };
  /** The eyeball. */
  readonly eyeball: {
    /** Radius of the iris where it meets the white. */
    readonly irisRadius: number;
    /** Colour near the pupil, and outside. */
    readonly irisInner: Colour;
    /** Colour of the iris outside. */
    readonly irisOuter: Colour;
    /** Where the inner colour gives way to the outer one, as a part of the iris's radius. */
    readonly collarette: number;
    /** Contrast of the iris's fibres, 0 to 1. */
    readonly fibres: number;
    /** Darkness of the ring at the iris's edge, 0 to 1. */
    readonly limbalRing: number;
    /** Colour of the white. */
    readonly white: Colour;
    /** Redness by blood vessels, 0 to 1. */
    readonly veins: number;
  };
}

/** One light from a direction, with a rectangular lamp seen mirrored in the cornea, and light from all around. */
export interface EyeLight {
  /** Toward the lamp, in the camera's axes: x right, y up, z to the camera. Any length but 0; z > 0 lights the face. */
  readonly direction: readonly [x: number, y: number, z: number];
  /** Light of the lamp; 1 exposes a face that looks at it in full. */
  readonly intensity: number;
  /** Light from all around, on the same scale. */
  readonly ambient: number;
  /** The lamp's colour, about (1, 1, 1). */
  readonly colour: Colour;
  /** Half the lamp's width and height, as seen from the eye, in radians. */
  readonly size: readonly [width: number, height: number];
}

/** One picture of an eye. Angles in radians, lengths in millimetres, in the camera's axes: x right, y up, z to the camera. */
export interface EyeParameters {
  /** Whose eye it is. */
  readonly identity: EyeIdentity;
  /** Whose eye: the person's right eye has the nose to the right of the picture. */
  readonly side: 'right' | 'left';
  /** Where the eye looks, seen from the camera: positive pitch up, positive yaw to the picture's left. */
  readonly gaze: readonly [pitch: number, yaw: number];
  /** How the face is turned, with the same signs; positive roll turns it counter-clockwise in the picture. */
  readonly head: readonly [pitch: number, yaw: number, roll: number];
  /** 0 closed, 1 as far open as this person's eye is at rest. At most 1.3. */
  readonly openness: number;
  /** Radius of the pupil. 1 to 4. */
  readonly pupilRadius: number;
  /** Where the eyeball's centre lies from the picture's centre. */
  readonly offset: readonly [x: number, y: number];
  /** How much of the face the picture's width spans. 50 is 0.8 inter-ocular distances of a grown-up. */
  readonly span: number;
  /** How it is lit. */
  readonly light: EyeLight;
}
