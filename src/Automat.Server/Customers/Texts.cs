namespace Automat.Server.Customers;

/// <summary>Names the customers' texts (<c>Texts.resx</c>, <c>.de</c>, <c>.es</c>) to the localizer.</summary>
public sealed class Texts;
