// Writes the label's address to an NFC tag, where the browser can (Web NFC, so far Chrome on Android).

const button = document.querySelector('[data-write-tag]');
const said = document.querySelector('[data-write-tag-said]');

if (button && 'NDEFReader' in window) {
    button.hidden = false;
    button.addEventListener('click', write);
}

async function write() {
    said.textContent = button.dataset.saidReady;
    button.disabled = true;
    try {
        await new window.NDEFReader().write({records: [{recordType: 'url', data: button.dataset.writeTag}]});
        said.textContent = button.dataset.saidDone;
    } catch {
        said.textContent = button.dataset.saidFailed;
    } finally {
        button.disabled = false;
    }
}
