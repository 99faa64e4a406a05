/** Fairlead's own tools, in the order in which every view has them after those of the connectors. */
export const BUILT_IN_TOOLS = [
  "fairlead_plan",
  "fairlead_apply",
  "fairlead_undo",
  "fairlead_get_operation",
  "fairlead_list_operations",
  "fairlead_cancel_operation",
  "fairlead_get_result",
] as const;

/** Those of them that a view has which only reads. */
export const READING_BUILT_IN_TOOLS = [
  "fairlead_get_operation",
  "fairlead_list_operations",
  "fairlead_get_result",
] as const;
