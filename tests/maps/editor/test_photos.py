"""Photos: what a camera wrote goes, what people must say about them is asked for, and the file is served."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from layers.base.drafting import draft
from layers.base.models import Photo
from layers.base.photos import PHOTOS_MAX
from layers.base.pictures import InvalidPicture, PictureTooLarge, clean_picture

pytestmark = pytest.mark.django_db
ABOUT = {
    "author": "Anna Foto",
    "licence": "CC-BY-4.0",
    "alternative_lv": "Pils no upes",
    "alternative_lt": "Rūmai nuo upės",
    "alternative_en": "The palace from the river",
}
GPS, ORIENTATION, CAMERA = 0x8825, 0x0112, 0x010F


def a_picture(kind="JPEG", size=(400, 300), mode="RGB", color=(200, 30, 30), **save):
    out = io.BytesIO()
    Image.new(mode, size, color).save(out, kind, **save)
    return out.getvalue()


def with_metadata():
    exif = Image.Exif()
    exif[CAMERA] = "SecretCam"
    exif[ORIENTATION] = 6  # the camera was held upright
    exif.get_ifd(GPS)[1] = "N"
    exif.get_ifd(GPS)[2] = (56.0, 39.0, 20.0)
    return a_picture(exif=exif, comment=b"my home")


@pytest.fixture(autouse=True)
def own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def send(client, palace, content, **about):
    file = SimpleUploadedFile("../../pils.jpg", content, content_type="image/jpeg")
    return client.post(f"/editor/tourism/{palace.id}/photos/", ABOUT | about | {"image": file})


def test_a_photo_is_kept_without_position_and_camera(at_desk, palace, tourism):
    content = with_metadata()
    assert b"SecretCam" in content
    assert send(at_desk, palace, content).status_code == 302
    photo = Photo.objects.get()
    assert (photo.author, photo.licence, photo.alternative_lt) == ("Anna Foto", "CC-BY-4.0", "Rūmai nuo upės")
    with photo.image.open() as file:
        stored = file.read()
    assert b"SecretCam" not in stored
    assert b"my home" not in stored
    with Image.open(io.BytesIO(stored)) as picture:
        assert not picture.getexif()
        assert picture.size == (300, 400)  # turned upright before its orientation was taken out


def test_it_is_served_to_everybody_with_headers_of_a_file_that_never_changes(at_desk, palace):
    send(at_desk, palace, with_metadata())
    url = f"/media/{Photo.objects.get().image.name}"
    at_desk.logout()
    response = at_desk.get(url)
    assert b"".join(response.streaming_content).startswith(b"\xff\xd8")
    for close in response._resource_closers:  # response.close() would take the test's database along
        close()
    assert response["Content-Type"] == "image/jpeg"
    assert "immutable" in response["Cache-Control"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("default-src 'none'")
    page = at_desk.get(f"/places/tourism/{palace.id}/").content.decode()
    assert url in page
    assert "The palace from the river" in page


@pytest.mark.parametrize("name", ["../settings.py", "x.jpg", "0" * 32 + ".png", "0" * 32 + ".jpg", "%2e%2e/secret.jpg"])
def test_no_other_file_is_served(client, name):
    assert client.get(f"/media/photos/{name}").status_code == 404


def test_a_photo_raises_the_version_so_that_caches_notice(at_desk, palace, tourism):
    etag = at_desk.get(f"/ogc/collections/tourism/items/{palace.id}")["ETag"]
    send(at_desk, palace, a_picture())
    assert draft(tourism, palace.id).version == 2
    again = at_desk.get(f"/ogc/collections/tourism/items/{palace.id}", headers={"If-None-Match": etag})
    assert again.json()["properties"]["photos"][0]["author"] == "Anna Foto"


@pytest.mark.parametrize("missing", list(ABOUT))
def test_who_made_it_and_what_it_shows_must_be_said(at_desk, palace, tmp_path, missing):
    response = send(at_desk, palace, a_picture(), **{missing: " "})
    assert response.status_code == 400
    (fault,) = [field for field in response.context["new_fields"] if field["error"]]
    assert fault["name"] == missing
    assert not Photo.objects.exists()
    assert not list(tmp_path.rglob("*.jpg"))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no picture",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        a_picture()[:200],
        a_picture("GIF", mode="P", color=1),
        a_picture(size=(50, 50)),
    ],
    ids=["empty", "text", "svg", "cut off", "gif", "tiny"],
)
def test_what_is_no_fit_picture_is_refused(at_desk, palace, content):
    response = send(at_desk, palace, content)
    assert response.status_code == 400
    assert response.context["image_error"]
    assert not Photo.objects.exists()


def test_a_picture_that_unfolds_to_gigabytes_is_refused_by_its_head():
    bomb = a_picture("PNG", size=(8000, 8000), mode="1", color=0)
    assert len(bomb) < 100_000
    with pytest.raises(InvalidPicture, match="million pixels"):
        clean_picture(io.BytesIO(bomb), size_bytes=len(bomb))


def test_a_file_that_is_too_large_is_refused_unread():
    with pytest.raises(PictureTooLarge):
        clean_picture(io.BytesIO(b""), size_bytes=21 * 1024 * 1024)


def test_a_large_or_transparent_picture_becomes_an_opaque_one_of_bearable_size():
    content = a_picture("PNG", size=(3000, 1000), mode="RGBA", color=(0, 0, 0, 0))
    with Image.open(io.BytesIO(clean_picture(io.BytesIO(content), size_bytes=len(content)))) as picture:
        assert (picture.format, picture.size, picture.getpixel((5, 5))) == ("JPEG", (2000, 667), (255, 255, 255))


def test_photos_are_described_ordered_and_removed(at_desk, palace, tmp_path, django_capture_on_commit_callbacks):
    for _ in range(2):
        send(at_desk, palace, a_picture())
    first, second = Photo.objects.all()
    act = f"/editor/tourism/{palace.id}/photos/{second.pk}/"
    at_desk.post(act, {"act": "first"})
    assert list(Photo.objects.all()) == [second, first]
    at_desk.post(act, ABOUT | {"act": "describe", "author": "Somebody else"})
    assert Photo.objects.get(pk=second.pk).author == "Somebody else"
    with django_capture_on_commit_callbacks(execute=True):
        at_desk.post(act, {"act": "remove"})
    assert list(Photo.objects.all()) == [first]
    assert len(list(tmp_path.rglob("*.jpg"))) == 1


def test_a_photo_of_another_feature_is_left_alone(at_desk, palace, cafe):
    send(at_desk, palace, a_picture())
    photo = Photo.objects.get()
    at_desk.post(f"/editor/tourism/{cafe.id}/photos/{photo.pk}/", {"act": "remove"})
    assert Photo.objects.filter(pk=photo.pk).exists()


def test_there_is_a_limit_of_photos(at_desk, palace, tmp_path):
    Photo.objects.bulk_create(
        Photo(layer="tourism", feature_id=palace.id, image=f"photos/{n}.jpg") for n in range(PHOTOS_MAX)
    )
    response = send(at_desk, palace, a_picture())
    assert response.status_code == 302
    assert Photo.objects.count() == PHOTOS_MAX
    assert not list(tmp_path.rglob("*.jpg"))


def test_a_layer_without_photos_has_no_page_for_them(client, planner, city_of_jelgava):
    client.force_login(planner)
    assert client.get("/editor/beacons/1/photos/").status_code == 404
