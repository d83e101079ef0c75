namespace Manifold.Training.Tests;

public sealed class ContentWordsTests
{
    [Theory]
    [InlineData("A bunch of Grapes.", "bunch grape")]
    [InlineData("Two berries and a glass", "berry glass two")]
    [InlineData("ties", "tie")]
    [InlineData("The boy's bus", "boy bus")]
    [InlineData("its", "")]
    [InlineData("éléphant 3-D", "3 d l phant")]
    public void OfCaption_DropsStopWordsAndStems(string caption, string expected) =>
        Assert.Equal(expected, string.Join(' ', ContentWords.OfCaption(caption)));

    [Theory]
    [InlineData("woman facing right: medium skin tone", "")]
    [InlineData("man surfing", "surfing")]
    [InlineData("people holding hands", "hand holding")]
    public void OfEmojiLabel_AlsoDropsPersonsAndDirections(string label, string expected) =>
        Assert.Equal(expected, string.Join(' ', ContentWords.OfEmojiLabel(label)));
}
