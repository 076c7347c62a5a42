namespace Automat.Architecture.Tests.Twins.Front;

/// <summary>Innocent.</summary>
public sealed class Bell
{
    public int Rings { get; private set; }

    public void Ring() => Rings++;
}
