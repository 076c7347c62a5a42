namespace Automat.Domain.Stock;

/// <summary>Why goods moved.</summary>
public enum MovementKind
{
    /// <summary>They were there when the log began.</summary>
    Opening,

    /// <summary>A supplier brought them.</summary>
    Receive,

    /// <summary>From one place to another.</summary>
    Transfer,

    /// <summary>Somebody counted, and it was more or less than thought.</summary>
    Count,

    /// <summary>They were broken, or past their date.</summary>
    Spoil,

    /// <summary>Out of a place and into a machine.</summary>
    Fill,

    /// <summary>Out of a machine and back to a place.</summary>
    Return,

    /// <summary>A customer took them.</summary>
    Sale,

    /// <summary>A slot was given other goods, or taken away.</summary>
    Planogram,

    /// <summary>Nobody said why.</summary>
    Other,
}
