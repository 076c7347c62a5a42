namespace Automat.Domain;

/// <summary>The identity of a <typeparamref name="T"/>: a version-7 GUID, so that ids sort by the time they were made.</summary>
/// <param name="Value">The GUID itself.</param>
/// <typeparam name="T">What it identifies; a vend's id does not fit where an organisation's belongs.</typeparam>
public readonly record struct Id<T>(Guid Value)
{
    /// <summary>Makes a new id that sorts after all made in earlier milliseconds.</summary>
    public static Id<T> New() => new(Guid.CreateVersion7());

    /// <summary>Makes an id that carries the given time.</summary>
    public static Id<T> New(DateTimeOffset now) => new(Guid.CreateVersion7(now));


    /// <summary>The GUID in its usual 36-character form.</summary>
    public override string ToString() => Value.ToString();
}
