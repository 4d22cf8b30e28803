// Comfort, where scripts run: see the password while typing it, see the address grow, copy a code, and send a form once.
(function () {
	"use strict";

	function showPasswords(button) {
		const input = document.getElementById(button.getAttribute("aria-controls"));
		function show(yes) {
			input.type = yes ? "text" : "password";
			button.textContent = yes ? button.dataset.hide : button.dataset.show;
		}
		button.hidden = false;
		button.addEventListener("click", function () {
			show(input.type === "password");
			input.focus();
		});
		// A browser remembers what it sees as text.
		input.form.addEventListener("submit", function () { show(false); });
	}

	function showAddress(output) {
		const input = document.getElementById(output.htmlFor.value);
		const unchanged = output.textContent;
		function update() {
			const name = input.value.trim().toLowerCase();
			output.textContent = name ? name + "@" + output.dataset.domain : unchanged;
		}
		input.addEventListener("input", update);
		update();
	}

	function copyCode(button) {
		const input = document.getElementById(button.getAttribute("aria-controls"));
		button.hidden = !navigator.clipboard;
		button.addEventListener("click", function () {
			input.select(); // to copy by hand, if the browser does not let us
			navigator.clipboard.writeText(input.value)
				.then(function () { button.textContent = button.dataset.copied; }, function () {});
		});
	}

	function sendOnce(form) {
		form.addEventListener("submit", function (event) {
			if (form.dataset.sent) { event.preventDefault(); }
			form.dataset.sent = "yes";
			// The answer may lead to an app that is not there, and the page stay.
			setTimeout(function () { delete form.dataset.sent; }, 5000);
		});
		// Back from the answer, the form may be sent again.
		window.addEventListener("pageshow", function () { delete form.dataset.sent; });
	}

	document.querySelectorAll("button[data-show]").forEach(showPasswords);
	document.querySelectorAll("output[data-domain]").forEach(showAddress);
	document.querySelectorAll("button[data-copied]").forEach(copyCode);
	document.querySelectorAll("form").forEach(sendOnce);
	const problem = document.querySelector("[aria-invalid]");
	if (problem) { problem.focus(); }
}());
