// The screen for patients: reads itself aloud, goes on while somebody is waited for, and closes when nobody is there.
(() => {
  const READING = "nungil-kiosk-reads";
  const speech = window.speechSynthesis;
  const speak = document.querySelector("[data-speak]");
  const idle = document.querySelector("[data-idle]");
  const leave = document.querySelector("[data-leave]");

  // The browser's own voice for the language of each part, where the machine has one; else the one it takes by itself.
  const read = () => {
    speech.cancel();
    for (const part of document.querySelectorAll("[data-say]")) {
      const said = new SpeechSynthesisUtterance(part.textContent.trim());
      const language = part.closest("[lang]").lang;
      const voice = speech.getVoices().find((one) => one.lang.toLowerCase().startsWith(language));
      said.lang = language === "ko" ? "ko-KR" : "en-US";
      said.rate = 0.85;
      if (voice) said.voice = voice;
      speech.speak(said);
    }
  };

  if (speech && speak && document.querySelector("[data-say]")) {
    const mark = (on) => {
      speak.setAttribute("aria-pressed", String(on));
      if (on) sessionStorage.setItem(READING, "yes");
      else sessionStorage.removeItem(READING);
    };
    speak.hidden = false;
    speak.addEventListener("click", () => {
      const on = speak.getAttribute("aria-pressed") !== "true";
      mark(on);
      if (on) read();
      else speech.cancel();
    });
    // Whoever asked once is read the next pages too.
    if (sessionStorage.getItem(READING)) {
      mark(true);
      read();
    }
    window.addEventListener("pagehide", () => speech.cancel());
  } else {
    sessionStorage.removeItem(READING);
  }

  // The start page holds nobody's data, and nobody has to be asked there.
  if (idle && leave) {
    let timer;
    let left;
    const close = () => leave.requestSubmit();
    const count = (seconds) => {
      left.textContent = String(seconds);
      if (seconds <= 0) return close();
      timer = setTimeout(() => count(seconds - 1), 1000);
      return undefined;
    };
    const ask = () => {
      left = idle.querySelector("[data-idle-left]");
      if (!idle.open) idle.showModal();
      count(Number(idle.dataset.close));
    };
    const again = () => {
      clearTimeout(timer);
      if (idle.open) idle.close();
      timer = setTimeout(ask, Number(idle.dataset.ask) * 1000);
    };
    for (const sign of ["pointerdown", "keydown", "touchstart"]) document.addEventListener(sign, again, { passive: true });
    idle.querySelector("[data-idle-stay]").addEventListener("click", again);
    idle.addEventListener("cancel", again);
    again();
  }

  const seen = document.body.dataset.kioskSeen;
  if (seen) {
    const look = async () => {
      try {
        const headers = { "X-Nungil-Poll": "1", "X-Nungil-Seen": seen };
        const answer = await fetch(location.pathname, { headers, redirect: "manual" });
        // Anything but "as it was" is news, a redirect to the next step too.
        if (answer.status !== 204) return location.reload();
      } catch {
        // The line is down for a moment; the next look tells.
      }
      return setTimeout(look, 4000);
    };
    setTimeout(look, 4000);
  }

  // A page kept by the browser's back button is asked for anew.
  window.addEventListener("pageshow", (event) => event.persisted && location.reload());
})();
