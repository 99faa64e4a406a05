import { testShared } from "@fairlead/testkit/contracts/test-shared";
import { createMemoryShared } from "./memory-shared.ts";

testShared((clock) => createMemoryShared(clock));
