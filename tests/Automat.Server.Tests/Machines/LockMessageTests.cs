using System.Text;
using Automat.Domain.Doors;
using Automat.Server.Machines.Drivers.Fridge;
using FsCheck;
using FsCheck.Fluent;

namespace Automat.Server.Tests.Machines;

/// <summary>What lock controllers read and write, held against recorded messages.</summary>
public sealed class LockMessageTests
{
    private static readonly byte[] Key = "simulation_secret_key"u8.ToArray();

    [Theory]
    [Trait("Accepts", "S1-06")]
    [InlineData("simulation_secret_key", "unlock:txn_2", "dc0abb0380636288350bdc33fa8185a4e129d29dd9b68ad66c6afc3529b1a5c4")]
    [InlineData("simulation_secret_key", "txn_2:cola:355.0", "26548bf7e77071d22fcb55491827f35c54af058c0c63c4912af99c0aae8f0757")]
    [InlineData("simulation_secret_key", "txn_2::0", "033af8c888c7b8025173e1956cf2848df52f7f0b65dcfad3677e3a96b8716d7c")]
    [InlineData("simulation_secret_key", "txn_1:pi_97f15c531aeb", "9ed4cb37f90a2803d99a32ed73a9367e186a963955e808ccd70426e701e000d0")]
    [InlineData("supersecret", "unlock:txn_1234", "cf0a1fe1b596a14ade8fd700dd5301bb538d6ad55a5e2ac110fbacf724411e30")]
    public void Texts_are_signed_as_controllers_sign_them(string secret, string text, string signature)
    {
        var key = Encoding.UTF8.GetBytes(secret);

        Assert.Equal(signature, LockMessages.SignatureOf(text, key));
        Assert.Equal($"{text}|{signature}", Encoding.UTF8.GetString(LockMessages.Signed(text, key)));
    }

    [Fact]
    public void The_lock_is_told_to_open_as_its_firmware_knows_it() => Assert.Equal(
        "unlock:txn_2|dc0abb0380636288350bdc33fa8185a4e129d29dd9b68ad66c6afc3529b1a5c4",
        Encoding.UTF8.GetString(LockMessages.Unlock("txn_2", Key)));

    [Fact]
    public void A_recorded_basket_is_read()
    {
        var said = LockMessages.ReadDoor(
            "txn_2:cola:355.0|26548bf7e77071d22fcb55491827f35c54af058c0c63c4912af99c0aae8f0757"u8, Key, out _);

        Assert.NotNull(said);
        Assert.Equal(("txn_2", 355.0), (said.Transaction, said.Units));
        Assert.Equal([new TakenItem("cola", 1)], said.Items);
    }

    [Fact]
    public void Nothing_taken_is_read_as_nothing()
    {
        var said = LockMessages.ReadDoor(
            "txn_2::0|033af8c888c7b8025173e1956cf2848df52f7f0b65dcfad3677e3a96b8716d7c"u8, Key, out _);

        Assert.Empty(said!.Items);
        Assert.Equal(0, said.Units);
    }

    [Theory]
    [InlineData("t:cola,chips,Cola:780.5", 2, 3)]
    [InlineData("t:cola:-1e-05", 1, 1)]
    public void Names_are_counted_whatever_their_case(string text, int names, int pieces)
    {
        var said = LockMessages.ReadDoor(LockMessages.Signed(text, Key), Key, out _)!;

        Assert.Equal((names, pieces), (said.Items.Count, said.Items.Sum(item => item.Quantity)));
    }

    [Theory]
    [InlineData("t:cola:nan")]
    [InlineData("t:cola:1e999")]
    [InlineData("t:cola:")]
    [InlineData("t:cola")]
    [InlineData("t:cola:1:2")]
    [InlineData(":cola:1")]
    [InlineData("t t:cola:1")]
    [InlineData("t:,:1")]
    [InlineData("t:cola,:1")]
    [InlineData("t:co\u0007la:1")]
    [InlineData("unlock:t")]
    public void What_is_signed_and_makes_no_sense_is_malformed(string text)
    {
        Assert.Null(LockMessages.ReadDoor(LockMessages.Signed(text, Key), Key, out var fault));
        Assert.Equal("malformed", fault);
    }

    [Fact]
    public void Another_key_another_text_and_upper_case_are_no_signature()
    {
        var signed = Encoding.UTF8.GetString(LockMessages.Signed("t:cola:1", Key));

        Assert.Null(LockMessages.ReadDoor(Encoding.UTF8.GetBytes(signed), "another_secret_of_somebody"u8, out var fault));
        Assert.Equal("signature", fault);
        Assert.Null(LockMessages.ReadDoor(Encoding.UTF8.GetBytes(signed.Replace("cola", "gold", StringComparison.Ordinal)), Key, out fault));
        Assert.Equal("signature", fault);
        var upper = signed[..signed.IndexOf('|', StringComparison.Ordinal)] + signed[signed.IndexOf('|', StringComparison.Ordinal)..].ToUpperInvariant();
        Assert.Null(LockMessages.ReadDoor(Encoding.UTF8.GetBytes(upper), Key, out _));
    }

    [Fact]
    public void No_bytes_make_a_reader_throw()
    {
        var any = Gen.Choose(0, 255).Select(b => (byte)b).ArrayOf().ToArbitrary();
        Prop.ForAll(any, bytes =>
        {
            _ = LockMessages.ReadDoor(bytes, Key, out _);
            _ = LockTelemetry.Read(bytes);
            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));
    }

    [Theory]
    [Trait("Accepts", "S1-12")]
    [InlineData("""{"door":"open","mass":[100.5,200.25],"vcc":3.31}""", true, 300.75)]
    [InlineData("""{"door": "closed", "mass": [355.0], "vcc": 3.3}""", false, 355.0)]
    [InlineData("""{"door":"closed"}""", false, null)]
    [InlineData("""{"door":"closed","mass":[1,null]}""", false, null)]
    public void Telemetry_is_read_as_controllers_send_it(string text, bool open, double? units)
    {
        var told = LockTelemetry.Read(Encoding.UTF8.GetBytes(text));

        Assert.Equal((open, units), (told!.IsOpen, told.Units));
    }

    [Theory]
    [InlineData("""{"door":"ajar"}""")]
    [InlineData("""{"door":1}""")]
    [InlineData("""{"\ud800":1,"door":"\ud800"}""")]
    [InlineData("""[]""")]
    [InlineData("""{"door":"open","mass":[NaN]}""")]
    [InlineData("")]
    public void What_is_no_telemetry_is_none(string text) => Assert.Null(LockTelemetry.Read(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Temperatures_are_read_one_or_by_name_and_absurd_ones_are_not()
    {
        Assert.Equal(4.5, LockTelemetry.Read("""{"door":"closed","temperature":4.5}"""u8.ToArray())!.Temperatures["inside"]);
        var named = LockTelemetry.Read("""{"door":"closed","temperature":{"top":4,"bottom":3,"sun":5000}}"""u8.ToArray())!.Temperatures;
        Assert.Equal(["bottom", "top"], named.Keys.Order(StringComparer.Ordinal));
    }
}
