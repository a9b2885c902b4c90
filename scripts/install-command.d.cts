import type { Tool } from './inspect-tools.cjs';

/** The command that installs tools on this system, or on the one described by `platform` and `release` (os-release). */
export function installCommand(tools: Tool['tool'][], platform?: string, release?: string): string;
