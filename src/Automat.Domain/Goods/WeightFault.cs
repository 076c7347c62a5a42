namespace Automat.Domain.Goods;

/// <summary>Why a weight that somebody typed cannot be taken.</summary>
public enum WeightFault
{
    /// <summary>It is no number as people write a weight: signs, exponents, words.</summary>
    NoNumber,

    /// <summary>More decimals than there are grams.</summary>
    TooPrecise,

    /// <summary>The separator could be one of thousands: nobody knows whether 1 or 1000 kilograms are meant.</summary>
    Ambiguous,

    /// <summary>Nothing at all.</summary>
    Nothing,

    /// <summary>Less than is sold at once.</summary>
    TooLittle,

    /// <summary>More than is sold at once.</summary>
    TooMuch,

    /// <summary>Between two steps.</summary>
    OffStep,
}
