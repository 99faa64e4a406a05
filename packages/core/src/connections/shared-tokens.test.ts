import { testSharedTokens } from "@fairlead/testkit/contracts/test-shared-tokens";
import { createMemoryShared } from "../storage/memory-shared.ts";

testSharedTokens((clock) => createMemoryShared(clock));
