"""An off-screen OpenGL canvas: a few programs and framebuffers, no window.

Software rendering (llvmpipe) on an ordinary machine; OSMesa by default, because it measured
faster than EGL there.  Set ``PYOPENGL_PLATFORM`` to ``egl`` or ``osmesa`` to choose.
"""

from __future__ import annotations

import ctypes
import os

os.environ.setdefault("PYOPENGL_PLATFORM", "osmesa")

import numpy as np
from OpenGL import GL

_VERTEX = """
#version 330 core
layout(location = 0) in vec3 position;
layout(location = 1) in vec3 normal;
layout(location = 2) in vec3 colour;
layout(location = 3) in float material;
layout(location = 4) in vec3 colour_below;
layout(location = 5) in float above_hem;
uniform mat4 clip;
out vec3 world; out vec3 n; out vec3 base; out vec3 below; out float hem; flat out int pattern;
void main() {
    world = position; n = normal; base = colour; below = colour_below; hem = above_hem;
    pattern = int(material + 0.5);
    gl_Position = clip * vec4(position, 1.0);
}
"""

_PERSON_FRAGMENT = """
#version 330 core
in vec3 world; in vec3 n; in vec3 base; in vec3 below; in float hem; flat in int pattern;
uniform vec3 towards; uniform vec3 eye; uniform vec3 key; uniform vec3 ambient;
out vec4 pixel;

vec3 shaded(vec3 c) {
    vec3 unit = normalize(n), to_eye = normalize(eye - world);
    float lambert = dot(unit, -towards);
    // Wrapped a little: light in a room comes round corners.
    float lit = max(0.0, (lambert + 0.25) / 1.25);
    float sky = 0.80 + 0.20 * unit.z;
    float facing = max(0.0, dot(unit, to_eye));
    return min(c * (ambient * sky * (0.82 + 0.18 * facing) + key * lit), vec3(1.0));
}

void main() { pixel = vec4(shaded(hem > 0.0 ? base : below), 1.0); }
"""

# The patterns cost more than the rest of the shading, and llvmpipe pays for every branch
# whether it is taken or not: only the room, drawn once, has them.
_ROOM_FRAGMENT = (
    _PERSON_FRAGMENT.partition("void main()")[0]
    + """
float hash(vec2 p) { return fract(sin(dot(p, vec2(127.1, 311.7))) * 43758.5453); }
float value(vec2 p) {
    vec2 i = floor(p), f = fract(p);
    f = f * f * (3.0 - 2.0 * f);
    return mix(mix(hash(i), hash(i + vec2(1, 0)), f.x),
               mix(hash(i + vec2(0, 1)), hash(i + vec2(1, 1)), f.x), f.y);
}

void main() {
    vec3 c = base;
    if (pattern == 1) {
        float row = floor(world.y / 0.13);
        float board = floor(world.x / 1.1 + hash(vec2(row, 3.0)) * 5.0);
        float grain = value(vec2(world.x * 4.0 + row * 9.0, world.y * 70.0));
        c *= 0.86 + 0.16 * hash(vec2(row, board)) + 0.10 * grain;
        float seam = fract(world.y / 0.13);
        c *= (seam < 0.03) ? 0.72 : 1.0;
    } else if (pattern == 2) {
        c *= 0.95 + 0.05 * value(world.xz * 3.0 + world.yz * 2.0)
           + 0.03 * value(world.xz * 60.0 + world.yz * 47.0);
    } else if (pattern == 3) {
        c *= 0.92 + 0.10 * value(world.xy * 160.0);
    } else if (pattern == 4) {
        c *= 0.84 + 0.24 * value(world.xy * 90.0) + 0.06 * value(world.xy * 5.0);
    }
    // No coverage: the pixels of the room are told from those of people by their alpha.
    pixel = vec4(shaded(c), 0.0);
}
"""
)

_MASK_VERTEX = """
#version 330 core
layout(location = 0) in vec3 position;
uniform vec3 towards; uniform vec4 area;
out float height;
void main() {
    height = position.z;
    vec2 hit = position.xy - towards.xy / towards.z * position.z;
    gl_Position = vec4((hit - area.xy) / area.zw, 0.0, 1.0);
}
"""

_MASK_FRAGMENT = """
#version 330 core
in float height; uniform float fade; out vec4 pixel;
void main() { float v = fade > 0.0 ? clamp(1.0 - height / fade, 0.0, 1.0) : 1.0;
              pixel = vec4(v, v, v, v); }
"""


class _OsMesa:
    """A software context that draws into memory of ours."""

    def __init__(self) -> None:
        from OpenGL import osmesa

        wanted = (
            osmesa.OSMESA_FORMAT, osmesa.OSMESA_RGBA,
            osmesa.OSMESA_DEPTH_BITS, 24,
            osmesa.OSMESA_PROFILE, osmesa.OSMESA_CORE_PROFILE,
            osmesa.OSMESA_CONTEXT_MAJOR_VERSION, 3,
            osmesa.OSMESA_CONTEXT_MINOR_VERSION, 3,
            0,
        )  # fmt: skip
        self._context = osmesa.OSMesaCreateContextAttribs(
            (ctypes.c_int * len(wanted))(*wanted), None
        )
        self._memory = np.zeros((64, 64, 4), dtype=np.uint8)
        self._bind = osmesa.OSMesaMakeCurrent

    def make_current(self) -> None:
        if not self._bind(self._context, self._memory, GL.GL_UNSIGNED_BYTE, 64, 64):
            raise RuntimeError("no OSMesa context")


def _context():
    if os.environ["PYOPENGL_PLATFORM"] == "egl":
        from pyrender.platforms.egl import EGLPlatform

        platform = EGLPlatform(64, 64)
        platform.init_context()
    else:
        platform = _OsMesa()
    platform.make_current()
    return platform


def _program(vertex: str, fragment: str) -> int:
    program = GL.glCreateProgram()
    for kind, source in ((GL.GL_VERTEX_SHADER, vertex), (GL.GL_FRAGMENT_SHADER, fragment)):
        shader = GL.glCreateShader(kind)
        GL.glShaderSource(shader, source.strip())
        GL.glCompileShader(shader)
        if not GL.glGetShaderiv(shader, GL.GL_COMPILE_STATUS):
            raise RuntimeError(GL.glGetShaderInfoLog(shader))
        GL.glAttachShader(program, shader)
    GL.glLinkProgram(program)
    if not GL.glGetProgramiv(program, GL.GL_LINK_STATUS):
        raise RuntimeError(GL.glGetProgramInfoLog(program))
    return program


class Target:
    """A framebuffer of a size, with colour and depth."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.handle = int(GL.glGenFramebuffers(1))
        colour, depth = GL.glGenRenderbuffers(2)
        GL.glBindRenderbuffer(GL.GL_RENDERBUFFER, colour)
        GL.glRenderbufferStorage(GL.GL_RENDERBUFFER, GL.GL_RGBA8, width, height)
        GL.glBindRenderbuffer(GL.GL_RENDERBUFFER, depth)
        GL.glRenderbufferStorage(GL.GL_RENDERBUFFER, GL.GL_DEPTH_COMPONENT24, width, height)
        GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, self.handle)
        for attachment, buffer in (
            (GL.GL_COLOR_ATTACHMENT0, colour),
            (GL.GL_DEPTH_ATTACHMENT, depth),
        ):
            GL.glFramebufferRenderbuffer(GL.GL_FRAMEBUFFER, attachment, GL.GL_RENDERBUFFER, buffer)
        if GL.glCheckFramebufferStatus(GL.GL_FRAMEBUFFER) != GL.GL_FRAMEBUFFER_COMPLETE:
            raise RuntimeError("framebuffer is not complete")
        self._buffers = (colour, depth)

    def delete(self) -> None:
        """Free the memory."""
        GL.glDeleteFramebuffers(1, [self.handle])
        GL.glDeleteRenderbuffers(2, list(self._buffers))

    def bind(self) -> None:
        """Draw into this one from now on."""
        GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, self.handle)
        GL.glViewport(0, 0, self.width, self.height)

    def read(self, x: int, y: int, width: int, height: int) -> np.ndarray:
        """Colours (height, width, 4) uint8 of a rectangle counted from the upper left."""
        GL.glBindFramebuffer(GL.GL_READ_FRAMEBUFFER, self.handle)
        GL.glPixelStorei(GL.GL_PACK_ALIGNMENT, 1)
        data = GL.glReadPixels(
            x, self.height - y - height, width, height, GL.GL_RGBA, GL.GL_UNSIGNED_BYTE
        )
        return np.frombuffer(data, np.uint8).reshape(height, width, 4)[::-1]

    def read_depth(self) -> np.ndarray:
        """Window depth (height, width), 0 near to 1 far, upper left first."""
        GL.glBindFramebuffer(GL.GL_READ_FRAMEBUFFER, self.handle)
        data = GL.glReadPixels(0, 0, self.width, self.height, GL.GL_DEPTH_COMPONENT, GL.GL_FLOAT)
        return np.frombuffer(data, np.float32).reshape(self.height, self.width)[::-1]


def copy(source: Target, goal: Target, box_px: tuple[int, int, int, int], *, depth: bool) -> None:
    """Copy a rectangle (x, y, width, height; upper left first, in `goal` pixels).

    A smaller goal averages the source's pixels.
    """
    x, y, w, h = box_px
    scale = source.width // goal.width
    y0 = goal.height - y - h
    GL.glBindFramebuffer(GL.GL_READ_FRAMEBUFFER, source.handle)
    GL.glBindFramebuffer(GL.GL_DRAW_FRAMEBUFFER, goal.handle)
    bits = GL.GL_COLOR_BUFFER_BIT | (GL.GL_DEPTH_BUFFER_BIT if depth else 0)
    GL.glBlitFramebuffer(
        scale * x,
        scale * y0,
        scale * (x + w),
        scale * (y0 + h),
        x,
        y0,
        x + w,
        y0 + h,
        bits,
        GL.GL_NEAREST if scale == 1 else GL.GL_LINEAR,
    )


_ATTRIBUTES = ((3, 0), (3, 12), (3, 24), (1, 36), (3, 40), (1, 52))
"""Size and byte offset of every vertex attribute."""


class Geometry:
    """Vertices on the GL side: interleaved float32 attributes and triangle indices.

    A vertex is 14 numbers: position (3), normal (3), colour (3), material, colour beyond the
    hem (3), signed distance from the hem.
    """

    def __init__(self, indices: np.ndarray | None = None) -> None:
        self.array = GL.glGenVertexArrays(1)
        self.buffer = GL.glGenBuffers(1)
        self.count = 0
        self.indexed = indices is not None
        GL.glBindVertexArray(self.array)
        GL.glBindBuffer(GL.GL_ARRAY_BUFFER, self.buffer)
        for location, (size, start) in enumerate(_ATTRIBUTES):
            GL.glEnableVertexAttribArray(location)
            GL.glVertexAttribPointer(location, size, GL.GL_FLOAT, False, 56, ctypes.c_void_p(start))
        if indices is not None:
            data = np.ascontiguousarray(indices, dtype=np.uint32)
            GL.glBindBuffer(GL.GL_ELEMENT_ARRAY_BUFFER, GL.glGenBuffers(1))
            GL.glBufferData(GL.GL_ELEMENT_ARRAY_BUFFER, data.nbytes, data, GL.GL_STATIC_DRAW)
            self.count = data.size

    def upload(self, data: np.ndarray) -> None:
        """Replace the vertices, (N, 14) float32."""
        GL.glBindBuffer(GL.GL_ARRAY_BUFFER, self.buffer)
        GL.glBufferData(GL.GL_ARRAY_BUFFER, data.nbytes, data, GL.GL_STREAM_DRAW)
        if not self.indexed:
            self.count = len(data)

    def draw(self, part: tuple[int, int] | None = None) -> None:
        """Draw the triangles, or those of a range of indices, with the current program."""
        GL.glBindVertexArray(self.array)
        first, end = part or (0, self.count)
        if self.indexed:
            start = ctypes.c_void_p(4 * first)
            GL.glDrawElements(GL.GL_TRIANGLES, end - first, GL.GL_UNSIGNED_INT, start)
        else:
            GL.glDrawArrays(GL.GL_TRIANGLES, first, end - first)


class Canvas:
    """A GL context with the programs that shade rooms and people and draw shadow masks."""

    def __init__(self) -> None:
        self._platform = _context()
        self.room_shading = _program(_VERTEX, _ROOM_FRAGMENT)
        self.person_shading = _program(_VERTEX, _PERSON_FRAGMENT)
        self.masking = _program(_MASK_VERTEX, _MASK_FRAGMENT)

    def make_current(self) -> None:
        """Use this context in this thread."""
        self._platform.make_current()

    def use(self, program: int, **uniforms: np.ndarray | float) -> None:
        """Switch to a program and set its uniforms by name."""
        GL.glUseProgram(program)
        for name, value in uniforms.items():
            where = GL.glGetUniformLocation(program, name)
            data = np.asarray(value, dtype=np.float32)
            if data.shape == (4, 4):
                GL.glUniformMatrix4fv(where, 1, True, data)
            elif data.shape == (4,):
                GL.glUniform4fv(where, 1, data)
            elif data.shape == (3,):
                GL.glUniform3fv(where, 1, data)
            else:
                GL.glUniform1f(where, float(data))
