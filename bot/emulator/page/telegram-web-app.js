// What a Mini App finds as window.Telegram.WebApp in the local messenger: the calls that Foyer's pages use.
//
// Names and behaviour are those of core.telegram.org/bots/webapps; app and phone talk by the events of
// core.telegram.org/api/web-events, as JSON in window.postMessage, so a page cannot tell it from a browser's Telegram.

(() => {
  const given = new URLSearchParams(location.hash.slice(1));
  const initData = given.get("tgWebAppData") ?? "";
  const version = given.get("tgWebAppVersion") ?? "6.0";
  const listeners = new Map(); // event → functions
  let theme = JSON.parse(given.get("tgWebAppThemeParams") || "{}");
  let scanned = null; // what the page does with a code that was read

  const post = (eventType, eventData = {}) => parent.postMessage(JSON.stringify({ eventType, eventData }), "*");
  const tell = (event, ...values) => [...(listeners.get(event) ?? [])].forEach((listener) => listener.apply(app, values));
  const on = (event, listener) => listeners.set(event, (listeners.get(event) ?? new Set()).add(listener));
  const off = (event, listener) => listeners.get(event)?.delete(listener);

  function unsafe() {
    const fields = Object.fromEntries(new URLSearchParams(initData));
    if (fields.user) fields.user = JSON.parse(fields.user);
    return fields;
  }

  /** A button of the phone's, outside the page. Calls can be chained. */
  class PhoneButton {
    constructor(setup, pressed) {
      Object.assign(this, { setup, pressed, isVisible: false, text: "", isActive: true });
    }
    show() { return this.setParams({ is_visible: true }); }
    hide() { return this.setParams({ is_visible: false }); }
    enable() { return this.setParams({ is_active: true }); }
    disable() { return this.setParams({ is_active: false }); }
    setText(text) { return this.setParams({ text }); }
    setParams({ text = this.text, is_visible: visible = this.isVisible, is_active: active = this.isActive }) {
      Object.assign(this, { text, isVisible: visible, isActive: active });
      post(this.setup, { is_visible: visible, is_active: active, text });
      return this;
    }
    onClick(listener) { on(this.pressed, listener); return this; }
    offClick(listener) { off(this.pressed, listener); return this; }
  }

  const feel = (data) => post("web_app_trigger_haptic_feedback", data);
  const app = {
    initData,
    initDataUnsafe: unsafe(),
    version,
    platform: given.get("tgWebAppPlatform") ?? "unknown",
    get themeParams() { return theme; },
    get colorScheme() { return theme.bg_color && parseInt(theme.bg_color.slice(1), 16) < 0x808080 ? "dark" : "light"; },
    isExpanded: true,
    isVersionAtLeast: (wanted) => version.localeCompare(wanted, "en", { numeric: true }) >= 0,
    ready: () => post("web_app_ready"),
    expand: () => post("web_app_expand"),
    close: () => post("web_app_close"),
    openLink: (url) => post("web_app_open_link", { url: new URL(url, location.href).href }),
    onEvent: on,
    offEvent: off,
    MainButton: new PhoneButton("web_app_setup_main_button", "mainButtonClicked"),
    BackButton: new PhoneButton("web_app_setup_back_button", "backButtonClicked"),
    HapticFeedback: {
      impactOccurred: (style) => feel({ type: "impact", impact_style: style }),
      notificationOccurred: (kind) => feel({ type: "notification", notification_type: kind }),
      selectionChanged: () => feel({ type: "selection_change" }),
    },
    showScanQrPopup({ text = "" }, callback = null) {
      if (scanned) throw new Error("WebAppScanQrPopupOpened");
      scanned = callback ?? (() => false);
      post("web_app_open_scan_qr_popup", { text });
    },
    closeScanQrPopup() {
      scanned = null;
      post("web_app_close_scan_qr_popup");
    },
  };

  const events = {
    qr_text_received({ data }) {
      tell("qrTextReceived", { data });
      if (scanned?.(data) === true) app.closeScanQrPopup();
    },
    scan_qr_popup_closed() {
      scanned = null;
      tell("scanQrPopupClosed");
    },
    main_button_pressed: () => tell("mainButtonClicked"),
    back_button_pressed: () => tell("backButtonClicked"),
    theme_changed({ theme_params: params }) {
      theme = params;
      tell("themeChanged");
    },
  };
  window.addEventListener("message", (event) => {
    if (event.source !== parent || typeof event.data !== "string") return;
    const { eventType, eventData } = JSON.parse(event.data);
    events[eventType]?.(eventData);
  });
  window.Telegram = { WebApp: app };
})();
