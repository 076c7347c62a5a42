#pragma warning disable RS0030 // A seed of its own: what fails, fails again.
using Automat.Protocol.Mdb;

namespace Automat.Protocol.Tests.Mdb;

public sealed class MdbFrameTests
{
    public static TheoryData<string, MdbMessage> FromTheController => new()
    {
        { "12 12", MdbMessage.Poll },
        { "10 10", MdbMessage.Reset },
        { "13 00 00 96 00 0C B5", MdbMessage.VendRequest },
        { "13 02 00 0C 21", MdbMessage.VendSuccess },
        { "13 03 16", MdbMessage.VendFailure },
        { "13 04 17", MdbMessage.SessionComplete },
        { "13 05 00 96 00 0C BA", MdbMessage.CashSale },
        { "14 01 15", MdbMessage.ReaderEnable },
    };

    public static TheoryData<string, MdbMessage> FromTheReader => new()
    {
        { "05 00 96 9B", MdbMessage.VendApproved },
        { "07 07", MdbMessage.EndSession },
        { "03 FF FF 01", MdbMessage.BeginSession },
        { "01 01 19 78 01 02 03 09 A2", MdbMessage.Config },
    };

    [Theory]
    [MemberData(nameof(FromTheController))]
    public void A_block_of_the_controller_is_known_by_its_bytes(string hex, MdbMessage message)
    {
        Assert.True(MdbFrame.TryOpen(Bytes(hex), out var block));
        Assert.Equal(message, MdbMessages.FromController(block));
        Assert.Equal(Bytes(hex), MdbFrame.Seal(block));
    }

    [Theory]
    [MemberData(nameof(FromTheReader))]
    public void A_block_of_the_reader_is_known_by_its_bytes(string hex, MdbMessage message)
    {
        Assert.True(MdbFrame.TryOpen(Bytes(hex), out var block));
        Assert.Equal(message, MdbMessages.FromReader(block));
        Assert.Equal(Bytes(hex), MdbFrame.Seal(block));
    }

    [Fact]
    public void What_is_built_is_what_stands_in_the_standard()
    {
        Assert.Equal(Bytes("13 00 00 96 00 0C B5"), MdbFrame.VendRequest(150, 12));
        Assert.Equal(Bytes("05 00 96 9B"), MdbFrame.VendApproved(150));
        Assert.Equal(Bytes("13 02 00 0C 21"), MdbFrame.VendSuccess(12));
        Assert.Equal(Bytes("03 FF FF 01"), MdbFrame.BeginSession(0xFFFF));
        Assert.Equal(Bytes("13 05 00 96 00 0C BA"), MdbFrame.CashSale(150, new MdbItem(12)));
        Assert.Equal(Bytes("01 01 19 78 01 02 03 09 A2"), new MdbConfig(1, 0x1978, 1, 2, 3, 9).Frame());
    }

    [Fact]
    public void One_changed_bit_is_noticed()
    {
        var frame = MdbFrame.VendRequest(150, 12);
        for (var bit = 0; bit < frame.Length * 8; bit++)
        {
            var changed = (byte[])frame.Clone();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));

            Assert.False(MdbFrame.TryOpen(changed, out _));
        }
    }

    [Fact]
    public void A_block_too_short_or_too_long_is_none()
    {
        Assert.False(MdbFrame.TryOpen([], out _));
        Assert.False(MdbFrame.TryOpen([0x12], out _));
        Assert.False(MdbFrame.TryOpen(new byte[37], out _));
        Assert.True(MdbFrame.TryOpen(new byte[36], out _));
        Assert.Throws<ArgumentException>(() => MdbFrame.Seal(new byte[36]));
    }

    [Fact]
    public void No_bytes_at_all_are_beyond_the_readers()
    {
        var random = new Random(20_260_718);
        for (var i = 0; i < 20_000; i++)
        {
            var block = new byte[random.Next(0, 40)];
            random.NextBytes(block);

            var (controller, reader) = (MdbMessages.FromController(block), MdbMessages.FromReader(block));

            Assert.True(controller is null || MdbMessages.SpeakerOf(controller.Value) is MdbSpeaker.Controller);
            Assert.True(reader is null || MdbMessages.SpeakerOf(reader.Value) is MdbSpeaker.Reader);
        }
    }

    [Fact]
    public void The_configuration_says_currency_and_scale()
    {
        var config = MdbConfig.Read(Bytes("01 03 19 78 05 02 03 0B"))!.Value;

        Assert.Equal(978, config.CurrencyNumber);
        Assert.Equal(150, config.ToUnits(30));
        Assert.Equal((ushort)30, config.ToScaled(150));
        Assert.Null(config.ToScaled(151));
        Assert.Null(config.ToScaled(0xFFFF * 5));
        Assert.Null(MdbConfig.Read(Bytes("01 03 00 49 05 02 03 0B"))!.Value.CurrencyNumber);
        Assert.Null(MdbConfig.Read(Bytes("01 03 1A 78 05 02 03 0B"))!.Value.CurrencyNumber);
    }

    [Fact]
    public void A_cash_sales_item_carries_its_marks()
    {
        Assert.Equal(12, new MdbItem(0x800C).Number);
        Assert.True(new MdbItem(0x800C).IsFree);
        Assert.True(new MdbItem(0x400C).IsTest);
        Assert.True(new MdbItem(0x200C).IsNegative);
        Assert.True(new MdbItem(0x100C).IsToken);
        Assert.False(new MdbItem(0x000C).IsFree);
        Assert.Null(new MdbItem(0xFFFF).Number);
        Assert.False(new MdbItem(0xFFFF).IsTest);
    }

    private static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
}
