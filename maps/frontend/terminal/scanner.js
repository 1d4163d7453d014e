// QR codes in front of the camera. The browser's own detector where there is one, jsQR everywhere else.

const EVERY_MS = 180;
const SAME_CODE_MS = 4000; // a code that is still held up is one scan
const video = document.querySelector('[data-camera]');
const canvas = document.createElement('canvas');
let last = {text: '', at: 0};

/** Calls `found` with each code; throws when there is no camera to be had. */
export async function start(found) {
    const stream = await navigator.mediaDevices.getUserMedia({video: {facingMode: 'environment'}, audio: false});
    video.srcObject = stream;
    video.hidden = false;
    await video.play();
    const read = await reader();
    setInterval(async () => {
        if (document.hidden || video.readyState < video.HAVE_CURRENT_DATA) return;
        const text = await read();
        if (!text || (text === last.text && Date.now() - last.at < SAME_CODE_MS)) return;
        last = {text, at: Date.now()};
        found(text);
    }, EVERY_MS);
}

async function reader() {
    const formats = await globalThis.BarcodeDetector?.getSupportedFormats().catch(() => []) ?? [];
    if (formats.includes('qr_code')) {
        const detector = new BarcodeDetector({formats: ['qr_code']});
        return async () => (await detector.detect(video).catch(() => []))[0]?.rawValue ?? '';
    }
    return async () => {
        canvas.width = video.videoWidth;
        canvas.height = video.videoHeight;
        const context = canvas.getContext('2d', {willReadFrequently: true});
        context.drawImage(video, 0, 0);
        const {data, width, height} = context.getImageData(0, 0, canvas.width, canvas.height);
        return globalThis.jsQR(data, width, height, {inversionAttempts: 'dontInvert'})?.data ?? '';
    };
}
