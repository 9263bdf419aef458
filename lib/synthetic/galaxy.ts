/**
 * What a synthetic galaxy consists of, as plain data: `kinds.ts` draws it from random numbers,
 * `render.ts` makes the picture, `votes.ts` lets a crowd look at it.
 *
 * Lengths are pixels of the 424 × 424 picture, counted from its centre (x right, y down); angles are
 * radians; brightness is light per pixel in grey levels before the asinh stretch, so that sky noise
 * is about 5 and a bright nucleus about 1000. `age` stands for colour: 0 is the blue of young stars, 1
 * the red of old ones.
 */
export const KINDS = [
  "round",
  "in between",
  "cigar",
  "edge-on, rounded bulge",
  "edge-on, boxy bulge",
  "edge-on, no bulge",
  "plain disk",
  "bar",
  "one arm",
  "two arms",
  "three arms",
  "four arms",
  "many arms",
  "ring",
  "lens or arc",
  "merger",
  "disturbed",
  "irregular",
  "dust lane",
  "star",
  "artifact",
] as const;
export type Kind = typeof KINDS[number];

interface Placed {
  x: number;
  y: number;
  /** Of the long axis, against the x axis. */
  angle: number;
}

/** A body of old stars with a Sérsic profile (index 1 is exponential, 4 de Vaucouleurs). */
export interface Spheroid extends Placed {
  shape: "spheroid";
  axisRatio: number;
  /** Half of the light is within this ellipse (its half long axis). */
  radius: number;
  index: number;
  /** At `radius`. */
  brightness: number;
  /** Exponent of the isophotes: 2 is an ellipse, 4 a box with round corners. */
  boxiness: number;
  age: number;
}

export interface Bar {
  /** Half length, in the plane of the disk. */
  length: number;
  /** In the plane of the disk, against its line of nodes. */
  angle: number;
  /** Light at the centre as a multiple of the disk's. */
  strength: number;
}

export interface Arms {
  count: number;
  /** Angle between the arm and a circle: 8° is tightly wound, 35° is loose. */
  pitch: number;
  phase: number;
  /** Light on the ridge as a multiple of the disk's. */
  contrast: number;
  /** Where the arms begin, in the plane of the disk. */
  start: number;
  /** Amplitude (radians) and phases of three slow wobbles: no real arm is a perfect spiral. */
  wobble: number;
  wobblePhases: readonly [number, number, number];
}

export interface Ring {
  radius: number;
  /** Standard deviation across. */
  width: number;
  /** Light on the ridge as a multiple of the disk's at its centre. */
  strength: number;
}

/** An exponential disk, inclined: a circle in its plane appears with `axisRatio`. */
export interface Disk extends Placed {
  shape: "disk";
  axisRatio: number;
  /** Exponential scale length. */
  scale: number;
  /** At the centre, without bulge and bar. */
  brightness: number;
  age: number;
  /** 0 none, 1 just noticeable, 2 obvious, 3 dominant; anything between. */
  bulge: number;
  bar?: Bar;
  arms?: Arms;
  ring?: Ring;
  /** How much further the disk reaches on one side, as a fraction of `scale`. */
  lopsided: number;
}

/** A disk seen from the side: exponential along it, sech² across. */
export interface EdgeOn extends Placed {
  shape: "edge-on";
  scale: number;
  /** Scale height of sech². */
  height: number;
  brightness: number;
  age: number;
  /** As in `Disk`. */
  bulge: number;
  /** As in `Spheroid`. */
  boxiness: number;
}
export type Body = Spheroid | Disk | EdgeOn;

/** A round Gaussian patch: a star-forming knot, or one of many along a tidal tail or an arc. */
export interface Clump {
  x: number;
  y: number;
  /** Standard deviation. */
  size: number;
  brightness: number;
  age: number;
}

/** A band of dust before the stars. */
export interface Dust extends Placed {
  /** Standard deviations along and across. */
  length: number;
  width: number;
  /** Optical depth on the ridge, in the middle band. */
  depth: number;
}

/** A star: as wide as the seeing, with a halo and a diffraction cross where it is bright. */
export interface Star {
  x: number;
  y: number;
  /** At the centre. */
  brightness: number;
  age: number;
}

/** The trail of a satellite: it crossed while only one band was exposed. */
export interface Trail extends Placed {
  width: number;
  brightness: number;
  /** 0 is shown red, 1 green, 2 blue. */
  band: 0 | 1 | 2;
}

/** What a crowd may call odd, in the order of question 8. */
export const ODDITIES = [
  "ring",
  "lens or arc",
  "disturbed",
  "irregular",
  "other",
  "merger",
  "dust lane",
] as const;
export type Oddity = typeof ODDITIES[number];

export interface Galaxy {
  kind: Kind;
  /** Pixels of the picture per pixel of the camera: 1 for a near galaxy, 4 for a far one. */
  magnification: number;
  /** Full width at half maximum of the point-spread function, in pixels of the camera. */
  seeing: number;
  /** The first one is the galaxy that the crowd is asked about; none for a star or an artifact. */
  bodies: readonly Body[];
  clumps: readonly Clump[];
  dust: readonly Dust[];
  stars: readonly Star[];
  trails: readonly Trail[];
  oddity?: { what: Oddity; /** 0 … 1: how much it strikes the eye */ strength: number };
}
