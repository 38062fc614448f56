"""Pictures of strangers: what they say of their owner is taken out, and thumbnails are drawn.

`bare_*` walk the containers and leave out metadata; no picture is unpacked for it. `worker` is a process of its own, asked by
`livechat.files`: only there Pillow meets the bytes. How each kind is cleaned:

| kind       | how                                                        | orientation                     |
|------------|------------------------------------------------------------|---------------------------------|
| JPEG       | lossless: JFIF, ICC, Adobe and what the decoder needs stay | kept, as the only tag of its EXIF |
|            | drawn anew where it breaks rules that decoders forgive     |                                 |
| PNG, APNG  | lossless: only the chunks that are needed to draw it stay  | drawn anew when it is turned    |
| WebP       | lossless: EXIF, XMP and unknown chunks go                  | drawn anew when it is turned    |
| GIF        | lossless: comments and unknown extensions go               | has none                        |
| AVIF       | lossless: EXIF, XMP and unknown boxes are emptied; drawn   | in the container, and stays     |
|            | anew where something telling may be left                   |                                 |
| HEIC, HEIF | becomes a JPEG: browsers do not show it                    | applied                         |

What stands behind the end of a picture is cut off in all of them: a second picture, a film, a script. Animated ones that are to
be turned are not: browsers do not agree whether they do, and drawing all frames anew costs too much.
"""
