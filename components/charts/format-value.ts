/** SenML's unit names (RFC 8428 section 12.1) as people write them. */
const UNITS: Record<string, string> = { Cel: "°C", "%RH": "%", "/": "", "%": "%", "1": "", B: "B", "B/s": "B/s", Hz: "Hz", count: "" };

function unitText(unit: string | null): string {
  return unit === null ? "" : (UNITS[unit] ?? unit);
}

/** Four significant digits, thousands by prefix: `21.43`, `1.204 M`. The figure keeps its width while it changes. */
export function formatNumber(value: number): string {
  const size = Math.abs(value);
  const [divisor, prefix] = size >= 1e9 ? [1e9, " G"] : size >= 1e6 ? [1e6, " M"] : size >= 1e5 ? [1e3, " k"] : [1, ""];
  const scaled = value / divisor;
  const whole = Math.abs(scaled) < 1 ? 1 : Math.floor(Math.log10(Math.abs(scaled))) + 1;
  const digits = Number.isInteger(value) && divisor === 1 ? 0 : Math.max(0, Math.min(3, 4 - whole));
  return `${scaled.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits })}${prefix}`;
}

/** A value with its unit. A ratio (`/`) is shown in per cent. */
export function formatValue(value: number, unit: string | null): string {
  if (unit === "/") return `${formatNumber(value * 100)} %`;
  const text = unitText(unit);
  const number = formatNumber(value);
  // 1.204 M + B = 1.204 MB
  return text === "" ? number : /[kMG]$/.test(number) && /^[A-Z]/.test(text) ? `${number}${text}` : `${number} ${text}`;
}
