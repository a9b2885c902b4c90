export const packageRoot: string;

/** The built addon. */
export const addonFile: string;

/** A JSON file that records what the addon was built from: sources, system, runtime. */
export const addonStamp: string;
