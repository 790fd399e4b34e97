import { type CSSVariablesResolver, createTheme, type MantineColorsTuple, type MantineThemeComponents } from "@mantine/core";
import { dark, light, shared } from "./tokens";

/** A state's tuple: Mantine wants ten shades, we have an ink per theme; soft and line come from the variables. */
const inks = (lightInk: string, darkInk: string): MantineColorsTuple => [
  darkInk,
  darkInk,
  darkInk,
  darkInk,
  darkInk,
  lightInk,
  lightInk,
  lightInk,
  lightInk,
  lightInk,
];

interface Sized {
  size?: unknown;
}
const controlHeight = ({ size }: Sized) => (size === "xs" ? "var(--control-small)" : "var(--control)");

/**
 * Plain objects instead of `Button.extend(…)`: the theme is in the first load of every page and must not drag in each
 * component that it styles.
 */
const components: MantineThemeComponents = {
  Button: {
    defaultProps: { size: "sm", variant: "default" },
    vars: (_theme: unknown, props: Sized) => ({
      root: {
        "--button-height": controlHeight(props),
        "--button-fz": props.size === "xs" ? "var(--fs-sm)" : "var(--fs-md)",
        "--button-padding-x": props.size === "xs" ? "10px" : "12px",
      },
    }),
  },
  ActionIcon: {
    defaultProps: { size: "sm", variant: "subtle", color: "gray" },
    vars: (_theme: unknown, props: Sized) => ({ root: { "--ai-size": controlHeight(props) } }),
  },
  Input: {
    vars: (_theme: unknown, props: Sized) => ({ wrapper: { "--input-height": controlHeight(props), "--input-fz": "var(--fs-md)" } }),
  },
  Select: { defaultProps: { allowDeselect: false, checkIconPosition: "right" } },
  Checkbox: { defaultProps: { size: "xs" } },
  SegmentedControl: { defaultProps: { size: "xs", withItemsBorders: false } },
  Tooltip: { defaultProps: { openDelay: 300, events: { hover: true, focus: true, touch: true } } },
  Modal: {
    defaultProps: {
      centered: true,
      closeButtonProps: { "aria-label": "Close" },
      // A dialog's header is no banner of the page.
      attributes: { header: { role: "presentation" } },
      padding: "lg",
      transitionProps: { transition: "fade", duration: 90 },
      overlayProps: { color: "var(--backdrop)", backgroundOpacity: 1 },
    },
  },
  Drawer: { defaultProps: { transitionProps: { duration: 120 }, overlayProps: { color: "var(--backdrop)", backgroundOpacity: 1 } } },
  Menu: { defaultProps: { shadow: "md", position: "bottom-end", transitionProps: { duration: 0 } } },
  Popover: { defaultProps: { shadow: "md" } },
  Skeleton: { defaultProps: { radius: "xs", animate: false } },
};

export const theme = createTheme({
  fontFamily: "var(--font)",
  fontFamilyMonospace: "var(--mono)",
  fontSizes: { xs: "0.6875rem", sm: "0.75rem", md: "0.8125rem", lg: "0.9375rem", xl: "1.25rem" },
  lineHeights: { xs: `${16 / 11}`, sm: `${16 / 12}`, md: `${20 / 13}`, lg: `${22 / 15}`, xl: `${28 / 20}` },
  fontWeights: { regular: "400", medium: "500", bold: "600" },
  headings: {
    fontFamily: "var(--font)",
    fontWeight: "600",
    sizes: {
      h1: { fontSize: "1.25rem", lineHeight: "1.75rem" },
      h2: { fontSize: "0.8125rem", lineHeight: "1.25rem" },
      h3: { fontSize: "0.75rem", lineHeight: "1rem" },
    },
  },
  spacing: { xs: "4px", sm: "8px", md: "12px", lg: "16px", xl: "24px" },
  radius: { xs: "4px", sm: "6px", md: "6px", lg: "6px", xl: "6px" },
  defaultRadius: "sm",
  shadows: { xs: "var(--shadow)", sm: "var(--shadow)", md: "var(--shadow)", lg: "var(--shadow)", xl: "var(--shadow)" },
  primaryColor: "ink",
  primaryShade: { light: 6, dark: 4 },
  autoContrast: true,
  respectReducedMotion: true,
  focusRing: "auto",
  cursorType: "pointer",
  colors: {
    ink: ["#ecedfb", "#d6d9f6", "#b9c0f5", "#a3aefa", "#8794f5", "#5c69d8", "#3f4fc4", "#3341ab", "#2a3373", "#20243f"],
    gray: ["#f6f7f8", "#f0f2f4", "#e8ebee", "#e2e5e9", "#c7ccd3", "#868e98", "#5f6671", "#464d57", "#2a2f36", "#15181c"],
    dark: ["#e8ebee", "#b0b7c0", "#8f97a2", "#6d7681", "#262b30", "#1b1f23", "#15181b", "#0e1012", "#0b0d0e", "#08090a"],
    ok: inks("#18794a", "#56c78a"),
    warn: inks("#8f5400", "#e3a941"),
    bad: inks("#bd2c2c", "#ff7f76"),
  },
  components,
});

/** Our names for both themes, and Mantine's own pointed at them, so that no default of Mantine's shows. */
export const resolveVariables: CSSVariablesResolver = () => ({
  variables: shared,
  light: { ...light, ...pointers },
  dark: { ...dark, ...pointers },
});

const pointers: Record<string, string> = {
  "--mantine-color-body": "var(--canvas)",
  "--mantine-color-text": "var(--text)",
  "--mantine-color-bright": "var(--text)",
  "--mantine-color-dimmed": "var(--text-2)",
  "--mantine-color-placeholder": "var(--text-3)",
  "--mantine-color-default": "var(--surface)",
  "--mantine-color-default-hover": "var(--hover)",
  "--mantine-color-default-color": "var(--text)",
  "--mantine-color-default-border": "var(--line-2)",
  "--mantine-color-anchor": "var(--accent-text)",
  "--mantine-color-error": "var(--bad)",
  "--mantine-color-success": "var(--ok)",
  "--mantine-color-disabled": "var(--sunken)",
  "--mantine-color-disabled-color": "var(--text-3)",
  "--mantine-color-disabled-border": "var(--line)",
};
