import fc from "fast-check";
import { CALL_POINTS, type KillPoint, SETTLE_POINTS } from "./kill-points.ts";
import { CONNECTORS, TOOLS, type ToolName } from "./quay.ts";
import { DEATHS, type Death, WAYS, type Way } from "./upstream.ts";

/** One write, under a key of its own. */
export interface Write {
  tool: ToolName;
  lane: string;
  /** The replica that is asked first; a retry goes to the other one, or the same, started again. */
  at: 0 | 1;
  retriesElsewhere: boolean;
  /** Whether both replicas are asked at once. */
  isAskedTwice: boolean;
  /** How the upstream takes it. */
  way: Way;
  /** Where the first attempt dies, and where the second one does. */
  dies: readonly (KillPoint | Death | undefined)[];
}

/** Writes one after the other, and where replicas die while they settle what is left. */
export interface Scenario {
  writes: readonly Write[];
  settling: readonly { at: 0 | 1; point: KillPoint }[];
}

const place = fc.constantFrom(0 as const, 1 as const);
const sometimes = fc.constantFrom(true, false, false, false);
const deaths = fc.constantFrom<(KillPoint | Death | undefined)[]>(
  ...CALL_POINTS,
  ...DEATHS,
  undefined,
  undefined,
);
const tools = CONNECTORS.flatMap((connector) =>
  TOOLS.map((tool) => `${connector}_${tool}` as const),
);

const write: fc.Arbitrary<Write> = fc.record({
  tool: fc.constantFrom(...tools),
  lane: fc.constantFrom("north", "south"),
  at: place,
  retriesElsewhere: fc.boolean(),
  isAskedTwice: sometimes,
  // Most often there is a death to look at, and nothing else.
  way: fc.oneof(
    { weight: 2, arbitrary: fc.constant<Way>("plain") },
    { weight: 3, arbitrary: fc.constantFrom(...WAYS) },
  ),
  dies: fc.tuple(deaths, fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, deaths)),
});

export const scenarios: fc.Arbitrary<Scenario> = fc.record({
  writes: fc.array(write, { minLength: 3, maxLength: 6 }),
  settling: fc.array(fc.record({ at: place, point: fc.constantFrom(...SETTLE_POINTS) }), {
    maxLength: 2,
  }),
});
