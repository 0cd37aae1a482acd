// Says on the page why a passkey was of no use; the accounts library would say it in the console only.
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const box = document.querySelector("[data-passkey-error]");
  const refused = event.detail.exception?.name === "NotAllowedError";
  box.textContent = refused
    ? "The browser did not get an answer: it was cancelled, took too long, or this device has no passkey for the desk."
    : "This browser or device cannot use passkeys here. Sign in another way.";
  box.hidden = false;
});
