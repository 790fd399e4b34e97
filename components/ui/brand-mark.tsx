/** The gate that only opens outwards. */
export function BrandMark({ size = 20 }: { size?: number }) {
  return (
    <svg viewBox="0 0 20 20" width={size} height={size} fill="none" strokeWidth="2" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true">
      <path d="M3 18V9a7 7 0 0 1 14 0v9" stroke="currentColor" />
      <path d="M10 18v-7M7 13.6l3-3 3 3" stroke="var(--accent)" />
    </svg>
  );
}
