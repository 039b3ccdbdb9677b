/** The parameters of a rendered eye as plain data: the identity, and the view at one moment. */

/** A colour in linear light, each channel 0 to 1. */
export type Colour = readonly [red: number, green: number, blue: number];

/**
 * The appearance of one person's eye: lengths in millimetres, colours in linear light, textures as a seed. Places are relative to
 * the eyeball's centre, in the axes of a face that looks along +z: `u` grows toward the nose, `v` up.
 */
export interface EyeIdentity {
  /** Seed of the textures (iris fibres, pores, hairs), a 32-bit integer. */
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
  /** Relief of the face around the eye: how far its parts protrude. */
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
    /** Radius of the iris at the limbus. */
    readonly irisRadius: number;
    /** Colour near the pupil, and outside. */
    readonly irisInner: Colour;
    /** Colour of the iris outside. */
    readonly irisOuter: Colour;
    /** Radius where the inner colour changes to the outer one, as a fraction of the iris's radius. */
    readonly collarette: number;
    /** Contrast of the iris's fibres, 0 to 1. */
    readonly fibres: number;
    /** Darkness of the ring at the iris's edge, 0 to 1. */
    readonly limbalRing: number;
    /** Colour of the white. */
    readonly white: Colour;
    /** Redness from blood vessels, 0 to 1. */
    readonly veins: number;
  };
}

/** A rectangular lamp, whose reflection is visible in the cornea, and ambient light. */
export interface EyeLight {
  /** Direction to the lamp in camera axes: x right, y up, z to the camera. Any length but 0; z > 0 lights the face. */
  readonly direction: readonly [x: number, y: number, z: number];
  /** Intensity of the lamp; 1 fully exposes a face that looks at it. */
  readonly intensity: number;
  /** Intensity of the ambient light, on the same scale. */
  readonly ambient: number;
  /** The lamp's colour, about (1, 1, 1). */
  readonly colour: Colour;
  /** Half the lamp's angular width and height seen from the eye, in radians. */
  readonly size: readonly [width: number, height: number];
}

/** Everything that a picture of an eye depends on. Angles in radians, lengths in millimetres; camera axes: x right, y up, z to the camera. */
export interface EyeParameters {
  /** Whose eye it is. */
  readonly identity: EyeIdentity;
  /** The person's right or left eye; the nose is on the right side of the picture of a right eye. */
  readonly side: 'right' | 'left';
  /** Gaze relative to the camera: positive pitch up, positive yaw to the picture's left. */
  readonly gaze: readonly [pitch: number, yaw: number];
  /** Rotation of the head with the same signs; positive roll is counter-clockwise in the picture. */
  readonly head: readonly [pitch: number, yaw: number, roll: number];
  /** Opening of the lids: 0 closed, 1 as open as this person's eye is at rest. At most 1.3. */
  readonly openness: number;
  /** Radius of the pupil. 1 to 4. */
  readonly pupilRadius: number;
  /** Position of the eyeball's centre relative to the picture's centre. */
  readonly offset: readonly [x: number, y: number];
  /** Width of the picture in millimetres of the face. 50 is 0.8 inter-ocular distances of an adult. */
  readonly span: number;
  /** How it is lit. */
  readonly light: EyeLight;
}
