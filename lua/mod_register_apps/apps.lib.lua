-- The chat apps offered to a new user, unless the option site_apps names others. The first that runs on the
-- visitor's device is the one recommended, so the order is an advice: what to give to somebody who has never
-- heard of XMPP.
--
-- supports_preauth_uri: the app makes an account from "xmpp:HOST?register;preauth=TOKEN". If in doubt it is
-- false: registering on the web and then logging in works with every app.
-- magic_link_format: Google Play hands the invite over to the freshly installed app.
--
-- What each is like stands in frontdoor/locale, as about_app_ID.
-- Last checked in November 2026. The logos are drawn for this project, none is an app's own.

local play_store_link = "{app.link!}&referrer={invite.uri}";

return {
	{
		name = "Conversations";
		image = "assets/logos/conversations.svg";
		link = "https://play.google.com/store/apps/details?id=eu.siacs.conversations";
		platforms = { "Android" };
		supports_preauth_uri = true;
		magic_link_format = play_store_link;
		download = {
			buttons = {
				{ text = "Google Play", url = "https://play.google.com/store/apps/details?id=eu.siacs.conversations" };
				{ text = "F-Droid", url = "https://f-droid.org/packages/eu.siacs.conversations/" };
			};
		};
	};
	{
		name = "Cheogram";
		image = "assets/logos/cheogram.svg";
		link = "https://cheogram.com/";
		platforms = { "Android" };
		supports_preauth_uri = true;
		download = {
			buttons = {
				{ text = "Google Play", url = "https://play.google.com/store/apps/details?id=com.cheogram.android.playstore" };
				{ text = "F-Droid", url = "https://f-droid.org/packages/com.cheogram.android/" };
			};
		};
	};
	{
		name = "yaxim";
		image = "assets/logos/yaxim.svg";
		link = "https://play.google.com/store/apps/details?id=org.yaxim.androidclient";
		platforms = { "Android" };
		supports_preauth_uri = true;
		magic_link_format = play_store_link;
		download = {
			buttons = {
				{ text = "Google Play", url = "https://play.google.com/store/apps/details?id=org.yaxim.androidclient" };
				{ text = "F-Droid", url = "https://f-droid.org/packages/org.yaxim.androidclient/" };
			};
		};
	};
	{
		name = "Monal";
		image = "assets/logos/monal.svg";
		link = "https://monal-im.org/";
		platforms = { "iOS", "macOS" };
		supports_preauth_uri = true;
		download = {
			buttons = {
				{ text = "App Store (iPhone, iPad)", url = "https://apps.apple.com/app/id317711500" };
				{ text = "App Store (Mac)", url = "https://apps.apple.com/app/id1637078500" };
			};
		};
	};
	{
		name = "Siskin IM";
		image = "assets/logos/siskin-im.svg";
		link = "https://siskin.im/";
		platforms = { "iOS" };
		supports_preauth_uri = true;
		download = {
			buttons = {
				{ text = "App Store", url = "https://apps.apple.com/app/id1153516838" };
			};
		};
	};
	{
		name = "Beagle IM";
		image = "assets/logos/beagle-im.svg";
		link = "https://beagle.im/";
		platforms = { "macOS" };
		supports_preauth_uri = false;
		download = {
			buttons = {
				{ text = "App Store (Mac)", url = "https://apps.apple.com/app/id1445349494" };
			};
		};
	};
	{
		name = "Dino";
		image = "assets/logos/dino.svg";
		link = "https://dino.im/";
		platforms = { "Linux" };
		supports_preauth_uri = false;
		download = {
			buttons = {
				{ text = "Flathub", url = "https://flathub.org/apps/im.dino.Dino" };
				{ text = "dino.im", url = "https://dino.im/#download" };
			};
		};
	};
	{
		name = "Gajim";
		image = "assets/logos/gajim.svg";
		link = "https://gajim.org/";
		platforms = { "Windows", "Linux", "macOS" };
		supports_preauth_uri = false;
		download = {
			buttons = {
				{ text = "gajim.org", url = "https://gajim.org/download/" };
				{ text = "Microsoft Store", url = "https://apps.microsoft.com/detail/9PGGF6HD43F9" };
				{ text = "Flathub", url = "https://flathub.org/apps/org.gajim.Gajim" };
			};
		};
	};
	{
		name = "Renga";
		image = "assets/logos/renga.svg";
		link = "https://pulkomandy.tk/projects/renga";
		platforms = { "Haiku" };
		supports_preauth_uri = false;
		download = {
			buttons = {
				{ text = "HaikuDepot", url = "https://depot.haiku-os.org/#!/pkg/renga" };
			};
		};
	};
};
