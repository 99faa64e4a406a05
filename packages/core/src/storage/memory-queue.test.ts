import { testQueue } from "@fairlead/testkit/contracts/test-queue";
import { createMemoryQueue } from "./memory-queue.ts";

testQueue((clock) => createMemoryQueue(clock));
