// The messenger around the page, where there is one. In a browser's tab there is none, and its script is not asked for.

/** Resolves to null outside the messenger. */
export async function openTelegram() {
  if (!location.hash.includes("tgWebAppData=")) return null;
  await new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.addEventListener("load", resolve);
    script.addEventListener("error", reject);
    script.src = "/app/telegram-web-app.js";
    document.head.append(script);
  });
  const app = window.Telegram.WebApp;
  app.ready();
  app.expand();
  return {
    initData: app.initData,
    openLink: (url) => app.openLink(url),
    onBack: (listener) => app.BackButton.onClick(listener),
    back: (shown) => (shown ? app.BackButton.show() : app.BackButton.hide()),
  };
}
