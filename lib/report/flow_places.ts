/** Where strands lie in a drawing: every lane keeps its place from row to row. */
import type { FlowRow, Lane, Strand } from "./flow_rows.ts";

const LANE_GAP = 9;
const ANSWER_GAP = 3;

export interface Places {
  /** Width of all volunteers. */
  readonly scale: number;
  /** Left ends of a row's lanes. */
  lanes(row: FlowRow): number[];
  /** Left ends of a row's strands. */
  strands(row: FlowRow): number[];
}

/** What a lane takes: its place, and the room for gaps between its answers. */
interface Room {
  readonly left: number;
  readonly width: number;
}

/** @param room from the left end and of the width that the whole drawing takes */
export function placesOf(rows: readonly FlowRow[], room: Room): Places {
  const gaps = gapsOf(rows);
  const scale = room.width - gaps.smooth - gaps.features - 2 * LANE_GAP;
  const rooms = roomsOf(rows, gaps, scale, room);
  /** In the middle of its room. */
  const middle = ({ from, to, lane }: Strand) => {
    const { left, width } = rooms(lane!);
    return left + (width - (to - from) * scale) / 2;
  };
  return {
    scale,
    lanes: ({ lanes }) => lanes.map(middle),
    strands(row) {
      const answers = row.strands.filter(({ answer }) => answer !== undefined);
      const { left, width } = rooms(row.asked);
      const taken = answers.reduce((sum, { from, to }) => sum + (to - from) * scale, 0);
      let x = left + (width - taken - ANSWER_GAP * (answers.length - 1)) / 2;
      return row.strands.map((strand) => {
        if (strand.lane !== undefined) return middle(strand);
        const here = x;
        x += (strand.to - strand.from) * scale + ANSWER_GAP;
        return here;
      });
    },
  };
}

type Gaps = Readonly<Record<"smooth" | "features" | "edge-on" | "face-on" | "spiral", number>>;

/** Between the answers of lanes, at the row that needs most. */
function gapsOf(rows: readonly FlowRow[]): Gaps {
  const shown = (number: number) => rows.some(({ question }) => question.number === number);
  const need = (number: number) => {
    const row = rows.find(({ question }) => question.number === number);
    return row ? ANSWER_GAP * (row.question.answers.length - 1) : 0;
  };
  const spiral = Math.max(need(10), need(11));
  const faceOn = Math.max(need(3), need(5), shown(4) ? spiral + LANE_GAP : 0);
  const edgeOn = need(9);
  const features = shown(2) ? edgeOn + LANE_GAP + faceOn : 0;
  return { "smooth": need(7), features, "edge-on": edgeOn, "face-on": faceOn, spiral };
}

function roomsOf(rows: readonly FlowRow[], gaps: Gaps, scale: number, whole: Room) {
  const width = (lane: Lane) => widthOf(rows, lane) * scale;
  const after = ({ left, width }: Room) => left + width + LANE_GAP;
  const wide = (lane: keyof Gaps, left: number): Room => ({
    left,
    width: width(lane) + gaps[lane],
  });
  const smooth = wide("smooth", whole.left);
  const features = wide("features", after(smooth));
  const edgeOn = wide("edge-on", features.left);
  const faceOn = wide("face-on", after(edgeOn));
  const spiral = wide("spiral", faceOn.left);
  const disk = { left: whole.left, width: features.left + features.width - whole.left };
  const odd = { left: whole.left, width: width("odd") + 6 * ANSWER_GAP };
  const rooms: Readonly<Record<Lane, Room>> = {
    "all": whole,
    smooth,
    features,
    "star": { left: after(features), width: width("star") },
    "edge-on": edgeOn,
    "face-on": faceOn,
    spiral,
    "plain": { left: after(spiral), width: width("plain") },
    "not a star": disk,
    odd,
    "not odd": { left: after(odd), width: disk.width - odd.width - LANE_GAP },
  };
  return (lane: Lane) => rooms[lane];
}

/** The share of a lane, wherever it is; 0 where it is not told apart. */
function widthOf(rows: readonly FlowRow[], wanted: Lane): number {
  const strand = rows.flatMap(({ lanes, strands }) => [...lanes, ...strands])
    .find(({ lane }) => lane === wanted);
  return strand ? strand.to - strand.from : 0;
}
