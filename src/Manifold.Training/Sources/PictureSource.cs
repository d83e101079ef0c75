namespace Manifold.Training;

/// <summary>Where a picture comes from. Licences and counts are in docs/evaluation.md.</summary>
public enum PictureSource
{
    /// <summary>tuxpaint-stamps-default: GPL-2, evaluation only.</summary>
    Stamps,

    /// <summary>Open Clip Art Library 0.18: public domain.</summary>
    Openclipart,

    /// <summary>Noto, as emoji-datasource-google draws it: Apache-2.0.</summary>
    Noto,

    /// <summary>Twemoji, as emoji-datasource-twitter has it: CC-BY-4.0.</summary>
    Twemoji,

    /// <summary>Fluent Emoji in 3-D: MIT.</summary>
    Fluent,

    /// <summary>The old "blob" Noto: Apache-2.0.</summary>
    NotoV1,

    /// <summary>EmojiOne 2: CC-BY-4.0.</summary>
    EmojiOne,

    /// <summary>Firefox OS emoji: Apache-2.0.</summary>
    FxEmoji,

    /// <summary>OpenMoji, the held-out drawing style: CC-BY-SA-4.0, evaluation only.</summary>
    OpenMoji,

    /// <summary>A user's own pictures.</summary>
    Own,
}
