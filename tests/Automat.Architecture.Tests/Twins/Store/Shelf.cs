using Automat.Architecture.Tests.Twins.Front;

namespace Automat.Architecture.Tests.Twins.Store;

/// <summary>A door with a window nobody else may look through; and an arrow back to the front: a circle of modules.</summary>
public sealed class Shelf(Bell bell)
{
    public int Count => bell.Rings;

    internal int Secret => 42;
}

/// <summary>The module's own.</summary>
internal sealed class Cellar;
